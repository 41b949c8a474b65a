// npm test: set-up, the checks, the tests. The last line counts all of them. With CONTAINERS=1 (npm run
// test:containers) only the tests that need a Docker engine: the others and the checks are another run.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { report, runChecks } from './checks.mjs';
import { ensureBuilt, ensureInstalled, main, nodePath, root, scriptEnv } from './setup.mjs';

/** Jest waits for ever for handles that a test left open. */
const EXIT_AFTER_REPORT_MS = 10_000;
/** What jest says, without failing, when it had to kill a worker that did not end. */
const WORKER_KILLED = 'A worker process has failed to exit gracefully';

await main(async () => {
  ensureInstalled();
  const args = process.argv.slice(2);
  const counts =
    process.env.CONTAINERS === '1'
      ? [await runTests(['test/containers', ...args])]
      : [runBuild(), await runChecks(), await runTests(args)];
  const sum = (key) => counts.reduce((total, count) => total + count[key], 0);
  if (sum('failed') > 0) process.exitCode = 1;
  process.stdout.write(`${sum('passed')} passed, ${sum('failed')} failed\n`);
});

function runBuild() {
  const since = performance.now();
  let ok = true;
  try {
    ensureBuilt();
  } catch (error) {
    ok = false;
    process.stderr.write(`${error.message}\n`);
  }
  report('build', ok, since);
  return { passed: Number(ok), failed: Number(!ok) };
}

async function runTests(args) {
  const folder = mkdtempSync(join(tmpdir(), 'imicros-flow-worker-'));
  try {
    const reportFile = join(folder, 'report.json');
    const complaints = await runJest(args, reportFile);
    const count = countTests(reportFile, complaints);
    for (const line of complaints) process.stdout.write(`FAIL ${line}\n`);
    return { ...count, failed: count.failed + complaints.length };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Resolves to what went wrong beside the tests themselves. */
function runJest(args, reportFile) {
  return new Promise((resolve) => {
    const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
    const colours = process.stderr.isTTY ? { FORCE_COLOR: '1' } : {};
    const child = spawn(nodePath(), [jest, '--json', `--outputFile=${reportFile}`, ...args], {
      cwd: root,
      env: scriptEnv(colours),
      stdio: ['inherit', 'inherit', 'pipe'],
    });
    const complaints = [];
    let reportSeenAt = Infinity;
    const watch = setInterval(() => {
      if (reportSeenAt === Infinity && existsSync(reportFile)) reportSeenAt = performance.now();
      if (performance.now() - reportSeenAt < EXIT_AFTER_REPORT_MS) return;
      clearInterval(watch);
      complaints.push('a test left something open: jest did not end (try --detectOpenHandles)');
      child.kill('SIGKILL');
    }, 200);
    child.stderr.setEncoding('utf8').on('data', (text) => {
      process.stderr.write(text);
      if (text.includes(WORKER_KILLED)) {
        complaints.push('a test left something open: jest killed its worker');
      }
    });
    child.on('close', (code, signal) => {
      clearInterval(watch);
      if (!existsSync(reportFile)) complaints.push(`jest gave no report (${code ?? signal})`);
      resolve(complaints);
    });
  });
}

function countTests(reportFile, complaints) {
  if (!existsSync(reportFile)) return { passed: 0, failed: 0 };
  const result = JSON.parse(readFileSync(reportFile, 'utf8'));
  // A file that did not load, or whose afterAll failed, has no failed test of its own.
  for (const file of result.testResults) {
    const named = file.assertionResults.some(({ status }) => status === 'failed');
    if (file.status === 'failed' && !named) complaints.push(`${file.name} as a whole`);
  }
  const { numPassedTests: passed, numFailedTests: failed, numPendingTests: skipped } = result;
  if (passed + failed + skipped === 0) complaints.push('no test ran');
  if (skipped > 0) process.stdout.write(`${skipped} skipped\n`);
  return { passed, failed };
}
