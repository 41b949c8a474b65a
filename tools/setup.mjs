// What every npm script needs before it can run: the packages, a Node that is new enough, the build.
// Plain Node 20 without dependencies, because it runs before there are any. All it says goes to
// stderr: stdout belongs to the program that is started afterwards.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const NODE_MAJOR_MIN = 22;

export const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
const at = (...parts) => join(root, ...parts);
const modules = at('node_modules');
const bins = join(modules, '.bin');
const localNode = join(bins, 'node');
const lockfile = at('package-lock.json');
const installStamp = join(modules, '.installed');

const say = (line) => process.stderr.write(`${line}\n`);
export const seconds = (sinceMs) => `${((performance.now() - sinceMs) / 1000).toFixed(1)} s`;
const read = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : '');
const hash = (...texts) => {
  const sha = createHash('sha256');
  for (const text of texts) sha.update(text).update('\0');
  return sha.digest('hex');
};

/** A step of the set-up failed; its own output has said why. */
export class SetupFailed extends Error {}

function step(what, command, args, env = process.env) {
  say(`${what} ...`);
  const since = performance.now();
  const { status, error } = spawnSync(command, args, { cwd: root, env, stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new SetupFailed(`${what} failed: ${error?.message ?? `exit ${status}`}`);
  say(`${what}: ${seconds(since)}`);
}

/** For programs in node_modules/.bin and for the Node that comes with them. */
export const scriptEnv = (extra = {}) => ({
  ...process.env,
  PATH: [bins, process.env.PATH].join(delimiter),
  ...extra,
});

// npm runs under the machine's Node: `npm ci` deletes the Node in node_modules while it works.
const npmEnv = () => ({
  ...process.env,
  PATH: (process.env.PATH ?? '')
    .split(delimiter)
    .filter((dir) => !dir.endsWith(join('node_modules', '.bin')))
    .join(delimiter),
});

const isNew = (version) => Number(/^v?(\d+)/.exec(version)?.[1] ?? 0) >= NODE_MAJOR_MIN;
/** Is the machine's Node new enough? The one in node_modules may be what runs this, and `npm ci` deletes it. */
const machineNodeIsNew = isNew(process.version) && !process.execPath.startsWith(modules);

/** The Node to run the project with. */
export const nodePath = () => (machineNodeIsNew ? process.execPath : localNode);

/** Does node_modules hold what the lockfile names? npm leaves a lockfile of its own there. */
function matchesLockfile() {
  const hidden = read(join(modules, '.package-lock.json'));
  if (hidden === '') return false;
  const there = JSON.parse(hidden).packages;
  return Object.entries(JSON.parse(read(lockfile)).packages).every(
    ([path, entry]) =>
      path === '' || entry.optional === true || there[path]?.version === entry.version,
  );
}

export function ensureInstalled() {
  const wanted = hash(read(lockfile));
  if (read(installStamp) !== wanted) {
    if (!matchesLockfile()) {
      // No install scripts: better-sqlite3 brings its binaries along, and without a compiler its
      // script would fail. Only `node` needs its own, below.
      const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
      step('installing packages', 'npm', args, npmEnv());
    }
    writeFileSync(installStamp, wanted);
  }
  if (!machineNodeIsNew && !existsSync(localNode)) fetchNode();
}

function fetchNode() {
  const args = ['rebuild', 'node', '--ignore-scripts=false', '--loglevel=error'];
  step(`fetching Node ${NODE_MAJOR_MIN} or newer`, 'npm', args, npmEnv());
  const { stdout } = spawnSync(localNode, ['--version'], { encoding: 'utf8' });
  if (!isNew(stdout ?? '')) {
    throw new SetupFailed(`Node ${NODE_MAJOR_MIN} or newer is needed, this is ${process.version}`);
  }
}

const filesIn = (dir) =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();

/** Builds what is in `sources` to `out`, unless `out` was built from exactly these files. */
export function ensureBuilt({ out = 'dist', project = 'tsconfig.json', sources = ['src'] } = {}) {
  const files = sources.flatMap((dir) => filesIn(at(dir)));
  const inputs = [at('tsconfig.json'), at(project), lockfile, ...files];
  const wanted = hash(...inputs.flatMap((file) => [relative(root, file), readFileSync(file)]));
  if (read(at(out, '.built')) === wanted) return;

  // Built beside and swapped in, so that nobody sees half a build and an old one survives an error.
  const fresh = `${out}-${process.pid}`;
  const tsc = join(modules, 'typescript', 'bin', 'tsc');
  try {
    step(`building ${out}`, nodePath(), [tsc, '-p', at(project), '--outDir', at(fresh)]);
    // Lua scripts and the like. With several sources tsc keeps their folders' names.
    for (const dir of sources) {
      for (const file of filesIn(at(dir)).filter((name) => !name.endsWith('.ts'))) {
        cpSync(file, join(at(fresh), relative(sources.length === 1 ? at(dir) : root, file)));
      }
    }
    writeFileSync(at(fresh, '.built'), wanted);
    swap(at(fresh), at(out));
  } finally {
    rmSync(at(fresh), { recursive: true, force: true });
  }
}

function swap(fresh, out) {
  const old = `${fresh}-old`;
  try {
    if (existsSync(out)) renameSync(out, old);
    renameSync(fresh, out);
  } catch (error) {
    // Another process that builds the same was faster.
    if (!existsSync(join(out, '.built'))) throw error;
  } finally {
    rmSync(old, { recursive: true, force: true });
  }
}

/** Runs a tool's main function; a failed set-up step ends it with one line instead of a stack. */
export async function main(run) {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof SetupFailed)) throw error;
    say(error.message);
    process.exitCode = 1;
  }
}
