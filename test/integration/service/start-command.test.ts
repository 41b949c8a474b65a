import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CliProcess } from '../../support/cliProcess';
import { CliProcesses } from '../../support/cliProcess';
import { matching } from '../../support/matchers';

/** The command `start` in a process of its own. */
const processes = new CliProcesses();
let dataDir: string;

beforeEach(() => (dataDir = join(mkdtempSync(join(tmpdir(), 'start-command-')), 'data')));
afterEach(async () => {
  await processes.stop();
  rmSync(join(dataDir, '..'), { recursive: true, force: true });
});

const run = (args: string[], env: Record<string, string> = {}): CliProcess =>
  processes.run(args, { DATA_DIR: dataDir, PORT: '0', ...env });

interface ReadyLine {
  readonly url: string;
  readonly token: string;
  readonly operatorToken: string;
  readonly serviceId: string;
  readonly dataDir: string;
}

async function ready(running: CliProcess): Promise<ReadyLine> {
  await running.written(/\n/);
  return JSON.parse(running.out()) as ReadyLine;
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
  await running.written(/embedded mode/);
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

test('info and queues look into the folder of a queue that is stopped, and say why they cannot', async () => {
  const look = async (...args: string[]) => {
    const running = run(args);
    const code = await running.end();
    return { code, out: running.out(), err: running.err() };
  };
  const info = ['info', '--embedded', '--owner', 'demo', '--service', 'demo', '--json'];
  expect(await look(...info)).toEqual({
    code: 1,
    out: '',
    err: `There is no log in ${dataDir}. Set --data-dir or DATA_DIR to the data folder of an embedded queue.\n`,
  });

  const first = run(['start', '--json']);
  const line = await ready(first);
  await call(line, line.token, 'add', { value: 1 });
  const locked = await look(...info);
  expect(locked).toMatchObject({ code: 1, out: '' });
  expect(locked.err).toMatch(
    / is in use by process \d+\. Stop that process first, or ask it: GET /,
  );
  first.child.kill('SIGTERM');
  await first.end();

  const stopped = await look(...info);
  expect(stopped).toMatchObject({ code: 0, err: '' });
  expect(JSON.parse(stopped.out)).toMatchObject({ INDEX: '1', FETCHED: '0', waiting: 1 });
  const unknown = await look('info', '--embedded', '--owner', 'demo', '--service', 'x');
  expect(unknown).toMatchObject({ code: 0, err: matching(/^Nothing was ever added to it; /) });
  expect(await look('queues', '--embedded', '--json')).toEqual({
    code: 0,
    out: '{"queues":[{"ownerId":"demo","serviceId":"demo"}],"next":null}\n',
    err: '',
  });
});

test('--help goes to stdout', async () => {
  const running = run(['--help']);
  expect(await running.end()).toBe(0);
  expect(running.out()).toMatch(/^Usage: /);
});
