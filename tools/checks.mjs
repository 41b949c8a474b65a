import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, scriptEnv, seconds } from './setup.mjs';

/** Scripts of package.json, where each stands once; `npm run <name>` runs it alone. */
const CHECKS = ['lint', 'types', 'format:check', 'arrows', 'unused', 'docs:check'];
const AT_ONCE = 2;

/** Runs every check, also after one has failed, and prints each with its duration. */
export async function runChecks() {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const waiting = [...CHECKS];
  const count = { passed: 0, failed: 0 };
  const lane = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const since = performance.now();
      const { ok, output } = await runScript(scripts[name]);
      report(name, ok, since);
      if (!ok) process.stdout.write(output);
      count[ok ? 'passed' : 'failed'] += 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return count;
}

export function report(name, ok, sinceMs) {
  process.stdout.write(`${ok ? 'ok  ' : 'FAIL'} ${name.padEnd(14)} ${seconds(sinceMs)}\n`);
}

function runScript(command) {
  return new Promise((resolve) => {
    const colours = process.stdout.isTTY ? { FORCE_COLOR: '1' } : {};
    const child = spawn(command, { cwd: root, env: scriptEnv(colours), shell: true });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    }
    child.on('error', (error) => resolve({ ok: false, output: `${error.message}\n` }));
    child.on('close', (code) => resolve({ ok: code === 0, output }));
  });
}
