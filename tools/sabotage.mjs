// npm run sabotage [-- --only TEXT] [--jobs N]: breaks one rule after another on a copy of the project, and
// checks that the test file named beside it fails (test/sabotage/breaks.mjs). First each of these files has to
// pass as things are, so that none fails for another reason.
import { execFileSync, spawn } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { BREAKS } from '../test/sabotage/breaks.mjs';
import { ensureInstalled, main, nodePath, root, scriptEnv, seconds } from './setup.mjs';

const say = (line) => process.stdout.write(`${line}\n`);

await main(async () => {
  ensureInstalled();
  const { values } = parseArgs({
    options: { only: { type: 'string', default: '' }, jobs: { type: 'string', default: '2' } },
  });
  const breaks = BREAKS.filter(({ breaks }) => breaks.includes(values.only));
  if (breaks.length === 0) throw new Error(`No rule is named so: ${values.only}`);
  const base = mkdtempSync(join(tmpdir(), 'sabotage-'));
  try {
    const copies = Array.from({ length: Number(values.jobs) }, (_, i) =>
      copyTo(join(base, `${i}`)),
    );
    const suites = [...new Set(breaks.map(({ caughtBy }) => caughtBy))];
    const sound = await inTurn(copies, suites, passesAsItIs);
    const caught = sound.every(Boolean) ? await inTurn(copies, breaks, isCaught) : [];
    const counts = { passed: 0, failed: 0 };
    for (const ok of [...sound, ...caught]) counts[ok ? 'passed' : 'failed'] += 1;
    if (counts.failed > 0) process.exitCode = 1;
    say(`${counts.passed} passed, ${counts.failed} failed`);
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
});

/** The files of the project as they are now, with the packages of this one. */
function copyTo(folder) {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], {
    cwd: root,
  });
  for (const file of listed.toString().split('\0')) {
    if (file === '' || !existsSync(join(root, file))) continue;
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    copyFileSync(join(root, file), join(folder, file));
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** Each copy takes the next one when it is done with the one before. */
async function inTurn(copies, jobs, work) {
  const results = [];
  let next = 0;
  const lane = async (folder) => {
    while (next < jobs.length) {
      const job = next++;
      results[job] = await work(folder, jobs[job]);
    }
  };
  await Promise.all(copies.map(lane));
  return results;
}

async function passesAsItIs(folder, suite) {
  const since = performance.now();
  const { passed, failed, output } = await run(folder, suite);
  const ok = passed > 0 && failed === 0;
  say(`${ok ? 'ok  ' : 'FAIL'} as it is: ${suite}, ${passed} tests, ${seconds(since)}`);
  if (!ok) say(output);
  return ok;
}

async function isCaught(folder, { breaks, caughtBy, edits }) {
  const since = performance.now();
  const before = new Map(edits.map(({ file }) => [file, readFileSync(join(folder, file), 'utf8')]));
  try {
    const stale = edits.map((edit) => apply(folder, edit)).find((why) => why !== null);
    if (stale !== undefined) {
      say(`FAIL ${breaks}: ${stale}`);
      return false;
    }
    const { failed, names } = await run(folder, caughtBy);
    const how = failed > 0 ? `${failed} failed, as: ${names[0]}` : 'NOTHING FAILED';
    say(`${failed > 0 ? 'ok  ' : 'FAIL'} ${breaks}: ${caughtBy}: ${how}, ${seconds(since)}`);
    return failed > 0;
  } finally {
    for (const [file, text] of before) writeFileSync(join(folder, file), text);
  }
}

/** Why it cannot be made; null: it is. */
function apply(folder, { file, find, put }) {
  const parts = readFileSync(join(folder, file), 'utf8').split(find);
  if (parts.length !== 2) return `${file} has this ${parts.length - 1} times: ${find}`;
  writeFileSync(join(folder, file), parts.join(put));
  return null;
}

/** A file that cannot be loaded counts as one that did not run: no test of it has failed. */
function run(folder, suite) {
  return new Promise((resolve) => {
    const report = join(folder, 'sabotage.json');
    rmSync(report, { force: true });
    const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
    const args = [jest, '--json', `--outputFile=${report}`, '--runInBand', '--forceExit', suite];
    const child = spawn(nodePath(), args, { cwd: folder, env: scriptEnv() });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text) => (output += text));
    child.on('close', () => {
      if (!existsSync(report)) return resolve({ passed: 0, failed: 0, names: [], output });
      const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report));
      const names = testResults
        .flatMap(({ assertionResults }) => assertionResults)
        .filter(({ status }) => status === 'failed')
        .map(({ fullName }) => fullName);
      resolve({ passed: numPassedTests, failed: numFailedTests, names, output });
    });
  });
}
