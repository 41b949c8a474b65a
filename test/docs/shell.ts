import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A PATH with a curl on it: the machine's, else our own in a folder below `temp`. */
export function pathWithCurl(temp: string): string {
  const path = process.env['PATH'] ?? '';
  if (spawnSync('curl', ['--version']).status === 0) return path;
  const folder = mkdtempSync(join(temp, 'bin-'));
  const own = `#!/bin/sh\nexec '${process.execPath}' '${join(__dirname, 'curl.cjs')}' "$@"\n`;
  writeFileSync(join(folder, 'curl'), own, { mode: 0o755 });
  return `${folder}:${path}`;
}

/** What a shell prints for the lines of a block; lines that begin with # are what it should print. */
export async function answersOf(code: string, path: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)('sh', ['-c', code], {
    env: { ...process.env, PATH: path },
    timeout: 30_000,
  });
  return stdout.split('\n').map((line) => line.trimEnd());
}

export const statedAnswers = (code: string): string[] =>
  code
    .split('\n')
    .filter((line) => line.startsWith('# '))
    .map((line) => line.slice(2));
