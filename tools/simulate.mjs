// npm run simulate -- --seed N --histories M [--jobs K] [--only H]: histories of several nodes on one
// queue with faults, each of which follows from the seed and its number. Exits 1 where one breaks a
// promise, with that history as short as it could be made. --only replays the history of this number.
import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureInstalled, main, nodePath, root, scriptEnv, seconds } from './setup.mjs';

const MINUTE_MS = 60_000;
const SECOND_MS = 1_000;

await main(async () => {
  ensureInstalled();
  const { seed, from, to, jobs } = readArgs();
  const since = performance.now();
  const total = { histories: 0, steps: 0, faults: new Map() };
  print(`seed ${seed}, commit ${commit()}, histories ${from} to ${to - 1}, ${jobs} processes`);

  const everyMs = process.stdout.isTTY ? SECOND_MS : MINUTE_MS;
  const progress = setInterval(() => {
    print(`${total.histories} histories, ${total.steps} steps, ${seconds(since)}`);
  }, everyMs);
  const children = [];
  let violation = null;
  const take = (report) => {
    total.histories += report.histories;
    total.steps += report.steps;
    for (const [kind, times] of report.faults) {
      total.faults.set(kind, (total.faults.get(kind) ?? 0) + times);
    }
    if (!report.violation || violation) return;
    violation = report.violation;
    for (const child of children) child.kill();
  };
  const ends = Array.from({ length: jobs }, (_, job) =>
    run([seed, from + job, to, jobs], children, take),
  );
  const codes = await Promise.all(ends);
  clearInterval(progress);

  for (const [kind, times] of total.faults) print(`${String(times).padStart(10)}  ${kind}`);
  const perSecond = total.histories / ((performance.now() - since) / 1000);
  print(
    `${total.histories} histories, ${total.steps} steps, ${seconds(since)}, ${perSecond.toFixed(0)} histories/s`,
  );
  if (violation) {
    print(
      `\nhistory ${violation.history} breaks a promise; what is left of it:\n${violation.text}`,
    );
    print(`\nnpm run simulate -- --seed ${seed} --only ${violation.history}`);
  } else if (codes.some((code) => code !== 0)) {
    print('a process of the simulation failed');
  } else return;
  process.exitCode = 1;
});

function readArgs() {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      histories: { type: 'string', default: '20000' },
      jobs: { type: 'string', default: '2' },
      only: { type: 'string' },
    },
  });
  const seed = Number(values.seed);
  if (values.only !== undefined) {
    return { seed, from: Number(values.only), to: Number(values.only) + 1, jobs: 1 };
  }
  return { seed, from: 0, to: Number(values.histories), jobs: Number(values.jobs) };
}

/** Resolves with the exit code. */
function run(args, children, take) {
  const script = join(root, 'test', 'simulation', 'simulate.process.ts');
  const register = join(root, 'test', 'support', 'swcRegister.cjs');
  const child = spawn(nodePath(), ['-r', register, script, ...args.map(String)], {
    cwd: root,
    env: scriptEnv(),
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  children.push(child);
  child.on('message', take);
  return new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1)));
}

function commit() {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
      cwd: root,
      encoding: 'utf8',
    }).trim();
  } catch {
    return 'unknown';
  }
}

function print(line) {
  process.stdout.write(`${line}\n`);
}
