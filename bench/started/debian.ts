import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Installs a Debian package where that is possible; else the error says what is missing. */
export function requirePackage(name: string, isThere: () => boolean): void {
  if (isThere()) return;
  if (process.getuid?.() === 0) {
    process.stderr.write(`installing ${name} ...\n`);
    // apt-get refuses a second one beside it: who comes later waits.
    const install = `apt-get update; apt-get install -y --no-install-recommends ${name}`;
    spawnSync('flock', [join(tmpdir(), 'flow-bench-install'), 'sh', '-c', install]);
  }
  if (isThere()) return;
  throw new Error(
    `This contender needs ${name}: install it (Debian: apt-get install ${name}), or choose others ` +
      'with --only.',
  );
}
