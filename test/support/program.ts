import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const isThere = (name: string): boolean => spawnSync(name, ['--version']).status === 0;

/** A program that tests run, which Debian has in a package of its name; `missing` says what to do without. */
export function requireProgram(name: string, missing: string): void {
  if (isThere(name)) return;
  if (process.getuid?.() === 0) {
    // Test files run beside each other, and apt-get refuses a second one: who comes later waits.
    const install = `command -v ${name} || (apt-get update; apt-get install -y ${name})`;
    spawnSync('flock', [join(tmpdir(), 'flow-install'), 'sh', '-c', install]);
  }
  if (!isThere(name)) throw new Error(missing);
}
