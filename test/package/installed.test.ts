import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The package as it is published: packed, installed into an empty project, used on every Node it supports. */
const run = promisify(execFile);
const ROOT = join(__dirname, '../..');
const NODE_22 = '22.23.3';
const INSTALL_MS = 300_000;

let folder: string;
let tarball: string;
const at = (...parts: string[]): string => join(folder, ...parts);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'packed-'));
  await run(process.execPath, [join(ROOT, 'tools', 'build.mjs')]);
  await run('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: ROOT });
  tarball = at(readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '');
  mkdirSync(at('project'));
  writeFileSync(at('project', 'package.json'), '{ "private": true }');
  // npm has Node itself as a package without a script, named by its platform.
  const node22 = `node-${process.platform}-${process.arch}@${NODE_22}`;
  const quietly = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
  await run('npm', ['install', ...quietly, tarball, node22], { cwd: at('project') });
}, INSTALL_MS);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const nodes: readonly (readonly [name: string, path: () => string])[] = [
  [
    `Node ${NODE_22}`,
    () => at('project/node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node'),
  ],
  [`Node ${process.versions.node}`, () => process.execPath],
];

const QUEUE = `
  const broker = new ServiceBroker({ logger: false });
  broker.createService(QueueService({ dataDir: process.argv[2], keys: 'keyring' }));
  await broker.start();
  const call = (action, params) =>
    broker.call('worker.queue.' + action, { serviceId: 's', ...params }, { meta: { ownerId: 'o' } });
  await call('add', { value: process.version });
  const value = await call('fetch', { workerId: 'w' });
  const acked = await call('ack', { workerId: 'w' });
  await broker.stop();
  console.log(value, acked);
`;

describe.each(nodes)('%s', (name, path) => {
  test.each([
    [
      'import',
      'queue.mjs',
      `import { ServiceBroker } from 'moleculer';
       import { QueueService } from 'imicros-flow-worker';
       ${QUEUE}`,
    ],
    [
      'require',
      'queue.cjs',
      `const { ServiceBroker } = require('moleculer');
       const { QueueService } = require('imicros-flow-worker');
       (async () => {${QUEUE}})();`,
    ],
  ])('as a library, by %s', async (_, file, code) => {
    writeFileSync(at('project', file), code);
    const { stdout } = await run(path(), [at('project', file), at(`data-${file}-${name}`)]);
    expect(`Node ${stdout}`.replace('Node v', 'Node ')).toBe(`${name} true\n`);
  });

  test('as a command', async () => {
    const command = at('project/node_modules/.bin/imicros-flow-worker');
    const { stdout } = await run(path(), [command, '--help']);
    expect(stdout).toContain('imicros-flow-worker');
    const args = [command, 'start', '--json', '--port', '0', '--data-dir', at(`cli-${name}`)];
    const started = execFile(path(), args);
    const exit = new Promise((resolve) => started.on('exit', resolve));
    const ready = await new Promise<string>((resolve) => started.stdout?.once('data', resolve));
    expect(JSON.parse(ready)).toMatchObject({ serviceId: 'demo' });
    started.kill('SIGTERM');
    expect(await exit).toBe(0);
  });
});

test.each(['mts', 'cts'])('with types, in a .%s file', async (extension) => {
  const file = at('project', `typed.${extension}`);
  writeFileSync(
    file,
    `import { QueueService, type QueueServiceOptions } from 'imicros-flow-worker';
     const options: QueueServiceOptions = { recoverBy: 'lease' };
     QueueService(options);
     // @ts-expect-error -- no such option
     QueueService({ recoverBye: 'lease' });\n`,
  );
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  const types = ['--typeRoots', join(ROOT, 'node_modules', '@types'), '--types', 'node'];
  const strictly = ['--strict', '--noEmit', '--skipLibCheck', '--module', 'nodenext'];
  const checked = await run(process.execPath, [tsc, ...strictly, ...types, file]).catch(
    (error: unknown) => error as { readonly stdout: string },
  );
  expect(checked.stdout).toBe('');
});

test('publint finds nothing', async () => {
  const command = join(ROOT, 'node_modules', 'publint', 'src', 'cli.js');
  const { stdout } = await run(process.execPath, [command, 'run', '--strict', tarball]);
  expect(stdout).toContain('All good');
});

test('attw finds nothing: the types are those of what is loaded', async () => {
  const command = join(ROOT, 'node_modules', '@arethetypeswrong', 'cli', 'dist', 'index.js');
  const { stdout } = await run(process.execPath, [command, '--no-color', '--no-emoji', tarball]);
  expect(stdout).toContain('No problems found');
});
