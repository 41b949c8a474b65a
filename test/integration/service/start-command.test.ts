import type { ChildProcess } from 'node:child_process';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { matching } from '../../support/matchers';

/** The command `start` in a process of its own. */
const root = join(__dirname, '../../..');
const started: ChildProcess[] = [];
let dataDir: string;

beforeEach(() => (dataDir = join(mkdtempSync(join(tmpdir(), 'start-command-')), 'data')));
afterEach(async () => {
  for (const child of started.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'close');
  }
  rmSync(join(dataDir, '..'), { recursive: true, force: true });
});

interface Run {
  readonly child: ChildProcess;
  out(): string;
  err(): string;
  /** The exit code. */
  end(): Promise<unknown>;
}

function run(args: string[], env: Record<string, string> = {}): Run {
  const child = spawn(
    process.execPath,
    ['-r', './test/support/swcRegister.cjs', 'src/cli/main.ts', ...args],
    { cwd: root, env: { ...process.env, DATA_DIR: dataDir, PORT: '0', ...env } },
  );
  started.push(child);
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (out += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (err += chunk));
  const closed = once(child, 'close');
  return { child, out: () => out, err: () => err, end: async () => (await closed)[0] as unknown };
}

interface ReadyLine {
  readonly url: string;
  readonly token: string;
  readonly operatorToken: string;
  readonly serviceId: string;
  readonly dataDir: string;
}

async function ready(running: Run): Promise<ReadyLine> {
  const ended = running.end().then(() => {
    throw new Error(`It ended: ${running.err()}`);
  });
  await Promise.race([ended, written(running, /\n/)]);
  return JSON.parse(running.out()) as ReadyLine;
}

async function written(running: Run, what: RegExp): Promise<void> {
  while (!what.test(running.out())) await new Promise((resolve) => setTimeout(resolve, 20));
}

const call = async (
  { url, serviceId }: ReadyLine,
  token: string,
  path: string,
  body?: object,
): Promise<unknown> => {
  const response = await fetch(`${url}/api/queue/${serviceId}/${path}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return response.status === 204 ? null : response.json();
};

test('--json: one line when ready, and tasks and tokens survive a restart and a kill', async () => {
  const first = run(['start', '--json']);
  const line = await ready(first);
  expect(Object.keys(line)).toEqual(['url', 'token', 'operatorToken', 'serviceId', 'dataDir']);
  expect(line).toMatchObject({
    url: matching(/^http:\/\/127\.0\.0\.1:\d+$/),
    dataDir,
  });
  expect(line.token).not.toBe(line.operatorToken);
  expect(await call(line, line.token, 'add', { value: 'kept' })).toBe(true);
  expect(await call(line, line.token, 'rewind', { last: 0 })).toMatchObject({ code: 403 });
  first.child.kill('SIGKILL');
  await first.end();

  const second = run(['start', '--json']);
  const again = await ready(second);
  expect(again).toEqual({ ...line, url: again.url });
  expect(await call(again, again.token, 'fetch?workerId=w')).toBe('kept');
  expect(await call(again, again.token, 'ack', { workerId: 'w' })).toBe(true);
  expect(await call(again, again.operatorToken, 'rewind', { last: 0 })).toBe(true);
  second.child.kill('SIGTERM');
  expect(await second.end()).toBe(0);
  expect(second.out().split('\n')).toHaveLength(2);
  expect(second.err()).toBe('');
});

test('the tokens are for the user of the process only, and not the usual ones', async () => {
  const running = run(['start', '--json']);
  const { token } = await ready(running);
  const file = join(dataDir, 'demo-credentials.json');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, 'utf8')).toContain(token);
  expect(Buffer.from(token, 'base64url')).toHaveLength(24);
});

test('the text when ready has three commands that work when pasted', async () => {
  const running = run(['start']);
  await written(running, /embedded mode/);
  expect(running.out()).toContain(dataDir);
  expect(running.out()).toContain('one process on one machine');
  const commands = running.out().match(/^ +curl .*$/gm) ?? [];
  const answers = commands.map((command) =>
    execFileSync('sh', ['-c', command], { encoding: 'utf8' }).trim(),
  );
  expect(answers).toEqual(['true', '{"hello":"world"}', 'true']);
  running.child.kill('SIGINT');
  expect(await running.end()).toBe(0);
});

test('a second process on the folder is refused, and the first goes on', async () => {
  const first = run(['start', '--json']);
  const line = await ready(first);
  const second = run(['start', '--json']);
  expect(await second.end()).toBe(1);
  expect(second.out()).toBe('');
  expect(second.err()).toMatch(/^The data folder .* is in use by process \d+\. .*\n$/);
  expect(await call(line, line.token, 'add', { value: 1 })).toBe(true);
});

test('a port that is taken is told with what to do', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const port = String((other.address() as AddressInfo).port);
  const running = run(['start', '--port', port]);
  expect(await running.end()).toBe(1);
  expect(running.out()).toBe('');
  expect(running.err()).toBe(
    `Port ${port} on 127.0.0.1 is in use. Choose another port with --port or PORT; 0 picks a free one.\n`,
  );
  other.close();
});

test('damaged credentials are not replaced', async () => {
  const first = run(['start', '--json']);
  await ready(first);
  first.child.kill('SIGTERM');
  await first.end();
  const file = join(dataDir, 'demo-credentials.json');
  writeFileSync(file, '{"token":');
  const second = run(['start']);
  expect(await second.end()).toBe(1);
  expect(second.err()).toBe(
    `${file} is damaged. Remove it to get new tokens; the tasks are not touched.\n`,
  );
  expect(readFileSync(file, 'utf8')).toBe('{"token":');
});

test('a wrong call is told all at once, exit code 2', async () => {
  const running = run(['start', '--port', 'x'], { DATA_DIR: '' });
  expect(await running.end()).toBe(2);
  expect(running.err()).toMatch(
    /^--port must be .* given was "x"\n\nUsage: imicros-flow-worker start/,
  );
});

test('--help goes to stdout', async () => {
  const running = run(['--help']);
  expect(await running.end()).toBe(0);
  expect(running.out()).toMatch(/^Usage: /);
});
