// Run after a change of dependencies. npm leaves an optional package out of the lockfile if the
// registry it asked does not serve it, as mirrors do with other platforms' binaries, and `npm ci`
// then refuses the lockfile everywhere. This adds what can be known without asking:
// the version, which is pinned by the package that wants it, and the platform, which is in the name.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './setup.mjs';

const lockfile = join(root, 'package-lock.json');
const PLATFORM =
  /(android|darwin|freebsd|linux|openharmony|win32)-(arm64|arm|ia32|loong64|ppc64|riscv64|s390x|x64)(?:-(gnu|musl|msvc))?/;
const LIBC = { gnu: 'glibc', musl: 'musl' };

const lock = JSON.parse(readFileSync(lockfile, 'utf8'));
const known = (path, name) => {
  for (let at = path; ; at = at.slice(0, at.lastIndexOf('/node_modules/'))) {
    if (`${at}/node_modules/${name}` in lock.packages) return true;
    if (!at.includes('/node_modules/')) return `node_modules/${name}` in lock.packages;
  }
};

const added = [];
for (const [path, { optionalDependencies = {}, dev }] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    if (known(path, name)) continue;
    const [, os, cpu, abi] = PLATFORM.exec(name) ?? [];
    if (os === undefined || !/^\d+\.\d+\.\d+$/.test(version)) {
      process.stderr.write(`cannot tell the platform or version of ${name}@${version}\n`);
      process.exitCode = 1;
      continue;
    }
    lock.packages[`node_modules/${name}`] = {
      version,
      cpu: [cpu],
      ...(dev === true && { dev }),
      ...(abi in LIBC && { libc: [LIBC[abi]] }),
      optional: true,
      os: [os],
    };
    added.push(name);
  }
}

const byPath = ([a], [b]) => a.localeCompare(b, 'en');
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(byPath));
writeFileSync(lockfile, `${JSON.stringify(lock, null, 2)}\n`);
process.stderr.write(`${added.length} packages added\n`);
