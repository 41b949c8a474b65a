import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import type { PartName } from './parts';
import { ALL_FAULTS, KNOWN_FAULTS, PARTS, reached } from './parts';
import type { RunOptions, RunResult } from './run';
import { run } from './run';
import { startServers } from './stage/stage';

/**
 * npm run crash -- [--seed N] [--json] [--ring], and one of
 *   --seconds S [--faults a,b]         all kinds of faults, or these, for so long
 *   --part NAME [--seconds S]          until the goals of the part are reached, or for so long
 *        [--adds N] [--acks N] [--fired N]   in place of its goals
 */

const { values } = parseArgs({
  options: {
    ...{ seed: { type: 'string', default: '1' }, seconds: { type: 'string' } },
    ...{ faults: { type: 'string' }, part: { type: 'string' } },
    ...{ ring: { type: 'boolean' }, json: { type: 'boolean' } },
    ...{ adds: { type: 'string' }, acks: { type: 'string' }, fired: { type: 'string' } },
  },
});

const SECONDS = 60;
const numberOf = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Number(text);

function optionsOf(): RunOptions {
  const seed = Number(values.seed);
  const seconds = numberOf(values.seconds);
  if (values.part !== undefined) {
    const part = PARTS[values.part as PartName] as (typeof PARTS)[PartName] | undefined;
    if (!part) throw new Error(`--part must be one of ${Object.keys(PARTS).join(', ')}`);
    const given = { adds: values.adds, acks: values.acks, fired: values.fired };
    const goals: Record<string, number> = { ...part.goals };
    for (const [name, text] of Object.entries(given))
      if (text !== undefined) goals[name] = Number(text);
    const isReached = reached(goals, part.counted);
    return {
      ...{ seed, faults: part.faults, ...part.settings },
      isEnough: (now) => (seconds === undefined ? isReached(now) : now.seconds >= seconds),
    };
  }
  const names = values.faults?.split(',') ?? Object.keys(ALL_FAULTS);
  const faults = Object.fromEntries(
    names.map((name) => {
      const fault = KNOWN_FAULTS[name];
      if (!fault) throw new Error(`--faults: one of ${Object.keys(KNOWN_FAULTS).join(', ')}`);
      return [name, fault];
    }),
  );
  const proxied = names.some((name) => /reply|latency|half-open|reset/.test(name));
  return { seed, faults, proxied, isEnough: (now) => now.seconds >= (seconds ?? SECONDS) };
}

const commit = (): string =>
  spawnSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).stdout.trim();

function totalsOf({ totals, counts, seconds, drainSeconds, folder }: RunResult) {
  const { faults, adds, acks, addsUnknown, acksUnknown, duplicates } = totals;
  const named = {
    lost: 'lost',
    revived: 'came back after its ack',
    differences: 'projection differs',
  } as const;
  const {
    lost = 0,
    revived = 0,
    differences = 0,
  } = Object.fromEntries(Object.entries(named).map(([name, type]) => [name, counts[type] ?? 0]));
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return {
    ...{ faults, adds, acks, addsUnknown, acksUnknown },
    ...{ lost, revived, unexpected: all - lost - revived - differences, duplicates, differences },
    findings: counts,
    ...{ seconds: Math.round(seconds), drainSeconds: Math.round(drainSeconds) },
    ...{ seed: Number(values.seed), commit: commit(), folder },
  };
}

async function main(): Promise<void> {
  const options = optionsOf();
  const servers = await startServers({ ring: values.ring === true });
  let saidAt = 0;
  try {
    const result = await run(servers, {
      ...options,
      onProgress: ({ seconds, adds, acks, fired }) => {
        if (seconds - saidAt < 10) return;
        saidAt = seconds;
        const faults = Object.values(fired).reduce((sum, count) => sum + count, 0);
        process.stderr.write(
          `${seconds.toFixed(0)} s: ${String(adds)} adds, ${String(acks)} acks, ${String(faults)} faults\n`,
        );
      },
    });
    for (const finding of result.findings) process.stderr.write(`${JSON.stringify(finding)}\n`);
    const totals = totalsOf(result);
    if (values.json === true) process.stdout.write(`${JSON.stringify(totals)}\n`);
    else
      for (const [name, value] of Object.entries(totals))
        process.stdout.write(
          `${name.padEnd(14)} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}\n`,
        );
    if (result.findings.length > 0) process.exitCode = 1;
  } finally {
    await servers.stop();
  }
}

void main();
