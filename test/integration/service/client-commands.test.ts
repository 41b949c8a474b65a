import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { CliProcess } from '../../support/cliProcess';
import { CliProcesses, jsonLines } from '../../support/cliProcess';
import { freePort } from '../../support/freePort';
import { matching } from '../../support/matchers';
import { until } from '../../support/until';

/** The commands that call a gateway, as processes, on one of `start` that runs for all of them. */

// Several processes one after the other.
jest.setTimeout(60_000);

const gateway = new CliProcesses();
const processes = new CliProcesses();
let folder: string;
let env: Record<string, string>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'client-commands-'));
  const dataDir = join(folder, 'data');
  const started = gateway.run(['start', '--json', '--port', '0', '--data-dir', dataDir]);
  await started.written(/\n/);
  const { url, token } = JSON.parse(started.out()) as { url: string; token: string };
  env = { QUEUE_URL: url, QUEUE_TOKEN: token };
});
afterEach(() => processes.stop());
afterAll(async () => {
  await gateway.stop();
  rmSync(folder, { recursive: true, force: true });
});

const run = (...args: string[]): CliProcess => processes.run(args, env);
const ended = (...args: string[]) => processes.ended(args, env);
/** Adds in this process, which is quicker. */
const added = async (service: string, value: unknown): Promise<void> => {
  expect(await call(service, 'add', { value })).toBe(true);
};
const call = async (service: string, path: string, body?: object): Promise<unknown> => {
  const response = await fetch(`${env['QUEUE_URL']!}/api/queue/${service}/${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      Authorization: `Bearer ${env['QUEUE_TOKEN']!}`,
      'Content-Type': 'application/json',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return response.status === 204 ? null : response.json();
};
const counts = (service: string) =>
  call(service, 'info') as Promise<{ FETCHED: string; waiting: number; leased: number }>;

/** A program for the worker to run. */
const script = (name: string, lines: string): string => {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${lines}\n`);
  chmodSync(file, 0o755);
  return file;
};

interface Line {
  readonly task: number;
  readonly outcome: string;
  readonly exitCode: number | null;
}

describe('add, fetch and ack', () => {
  test('a task goes through, as text', async () => {
    expect(await ended('add', 'text', '{"to":"ann"}')).toEqual({
      ...{ code: 0, out: 'Added.\n', err: '' },
    });
    const fetched = await ended('fetch', 'text');
    expect(fetched).toMatchObject({ code: 0, out: '{"to":"ann"}\n' });
    expect(fetched.err).toMatch(/^Task 1, delivery 1, lease (\S+) until \S+Z\. /);
    const lease = /--lease-id (\S+)/.exec(fetched.err)![1]!;
    const acked = await ended('ack', 'text', '--lease-id', lease, '--result', '"sent"');
    expect(acked).toEqual({ code: 0, out: 'Acked.\n', err: '' });
    expect(await ended('fetch', 'text')).toEqual({ code: 0, out: '', err: 'There is no task.\n' });
  });

  test('--json prints nothing else, and null where there is no task', async () => {
    expect(await ended('fetch', 'json', '--json')).toEqual({ code: 0, out: 'null\n', err: '' });
    expect(await ended('add', 'json', 'null', '--json')).toEqual({
      ...{ code: 0, out: 'true\n', err: '' },
    });
    const worker = ['--worker-id', 'w', '--json'];
    const fetched = await ended('fetch', 'json', '--time-to-recover', '5m', ...worker);
    const delivery = JSON.parse(fetched.out) as Record<string, number>;
    expect(delivery).toMatchObject({ value: null, index: 1, deliveries: 1 });
    expect(delivery['leaseUntil']! - delivery['fetchedAt']!).toBe(300_000);
    expect(await ended('ack', 'json', ...worker)).toEqual({ code: 0, out: 'true\n', err: '' });
    const again = await ended('ack', 'json', ...worker);
    expect(again).toMatchObject({ code: 1, out: 'false\n' });
    expect(again.err).toMatch(/^Not acked: worker "w" holds no task\. Set --worker-id/);
  });

  test('a value comes from stdin', async () => {
    const adding = run('add', 'stdin', '-');
    adding.child.stdin!.end('{"big":true}\n');
    expect(await adding.end()).toBe(0);
    expect(await call('stdin', 'fetch', { workerId: 'w' })).toEqual({ big: true });
  });

  test('what is called the wrong way ends with 2, and says what to do', async () => {
    expect(await ended('add', 'wrong', 'hello')).toEqual({
      code: 2,
      out: '',
      err: `<value> must be JSON. A text needs its own quotes: '"hello"'; - reads it from stdin.\n`,
    });
    expect(await ended('fetch', 'x'.repeat(300))).toMatchObject({
      code: 2,
      err: matching(/^ValidationError: 'serviceId' must be .* of 300 characters\. serviceId names/),
    });
    const noToken = await processes.ended(['fetch', 'demo'], { QUEUE_TOKEN: '' });
    expect(noToken).toMatchObject({ code: 2, err: matching(/^QUEUE_TOKEN must be/) });
  });

  test('nobody there, somebody else there, and a token that is not known: 1, with the setting', async () => {
    const nobody = `http://127.0.0.1:${String(await freePort())}`;
    const [away, refused] = await Promise.all([
      ended('fetch', 'demo', '--url', nobody),
      ended('fetch', 'demo', '--token', 'other'),
    ]);
    expect(away).toEqual({
      code: 1,
      out: '',
      err: `Nothing answers at ${nobody} (ECONNREFUSED). Start the gateway, or set QUEUE_URL (--url) to where it is.\n`,
    });
    expect(refused).toMatchObject({ code: 1, err: matching(/Set QUEUE_TOKEN \(--token\)/) });
    expect(refused.err).not.toContain('other');
  });
});

describe('worker', () => {
  test('runs a program for each task: its stdout is the result, a failure the error', async () => {
    const file = join(folder, 'seen');
    const handler = script(
      'each.sh',
      `value=$(cat); echo "$QUEUE_SERVICE $QUEUE_TASK_INDEX $QUEUE_DELIVERIES $value" >> ${file}
       [ "$value" = '"bad"' ] && { echo broken >&2; exit 3; }
       echo "{\\"got\\":$value}"`,
    );
    await added('each', 'good');
    await added('each', 'bad');
    const working = run('worker', 'each', '--json', '--', handler);
    await working.written(/\n.*\n/);
    working.child.kill('SIGTERM');
    expect(await working.end()).toBe(0);
    expect(jsonLines<Line>(working.out())).toMatchObject([
      { task: 1, outcome: 'acked', exitCode: 0 },
      { task: 2, outcome: 'failed', exitCode: 3 },
    ]);
    expect(readFileSync(file, 'utf8')).toBe('each 1 1 "good"\neach 2 1 "bad"\n');
    expect(working.err()).toBe('broken\n');
    expect(await counts('each')).toMatchObject({ FETCHED: '2', waiting: 0, leased: 0 });
  });

  test('--concurrency: so many handlers run at a time, and no more', async () => {
    const marks = mkdtempSync(join(folder, 'marks-'));
    const handler = script(
      'busy.sh',
      `mkdir ${marks}/$QUEUE_TASK_INDEX; ls ${marks} | wc -l; sleep 0.5; rmdir ${marks}/$QUEUE_TASK_INDEX`,
    );
    for (let i = 0; i < 6; i += 1) await added('busy', i);
    const log = join(folder, 'busy.log');
    const both = ['sh', '-c', `${handler} >> ${log}`];
    const working = run('worker', 'busy', '--concurrency', '3', '--', ...both);
    await until(
      async () => (await counts('busy')).waiting === 0 && (await counts('busy')).leased === 0,
    );
    working.child.kill('SIGINT');
    expect(await working.end()).toBe(0);
    const atATime = readFileSync(log, 'utf8').trim().split('\n').map(Number);
    expect(atATime).toHaveLength(6);
    expect(Math.max(...atATime)).toBe(3);
  });

  test('--no-ack-errors: a task that failed is given out again after its lease, others go on', async () => {
    const failed = join(folder, 'failed-once');
    const handler = script(
      'retry.sh',
      `[ "$(cat)" = 1 ] && [ ! -e ${failed} ] && { touch ${failed}; exit 1; }; exit 0`,
    );
    await added('retry', 1);
    await added('retry', 2);
    const options = ['--no-ack-errors', '--time-to-recover', '2s', '--json'];
    const working = run('worker', 'retry', ...options, '--', handler);
    await working.written(/(.*\n){3}/);
    expect(jsonLines<Line>(working.out())).toMatchObject([
      { task: 1, outcome: 'left', exitCode: 1 },
      { task: 2, outcome: 'acked' },
      { task: 1, outcome: 'acked' },
    ]);
    working.child.kill('SIGTERM');
    expect(await working.end()).toBe(0);
  });

  test('a handler that outlives its lease is killed with what it started, before another gets the task', async () => {
    const log = join(folder, 'late.log');
    // Each writes while it runs; the second delivery ends at once.
    const handler = script(
      'late.sh',
      `echo "start $QUEUE_DELIVERIES" >> ${log}
       [ "$QUEUE_DELIVERIES" = 1 ] || exit 0
       (while :; do echo "still 1" >> ${log}; sleep 0.05; done) & wait`,
    );
    await added('late', 1);
    const working = run('worker', 'late', '--time-to-recover', '2s', '--json', '--', handler);
    await working.written(/(.*\n){2}/);
    await wait(300); // a survivor would go on writing
    expect(jsonLines<Line>(working.out())).toMatchObject([
      { task: 1, outcome: 'left', exitCode: null },
      { task: 1, outcome: 'acked', exitCode: 0 },
    ]);
    const lines = readFileSync(log, 'utf8').trim().split('\n');
    expect(lines.at(-1)).toBe('start 2');
    expect(working.err()).toMatch(/took longer than its lease of 2000 ms.*Set --time-to-recover/);
    working.child.kill('SIGTERM');
    expect(await working.end()).toBe(0);
  });

  test('a signal lets the handler finish and acks it', async () => {
    const began = join(folder, 'began');
    const handler = script('slow.sh', `touch ${began}; sleep 1; echo done`);
    await added('slow', 1);
    await added('slow', 2);
    const working = run('worker', 'slow', '--json', '--', handler);
    await until(async () => existsSync(began));
    working.child.kill('SIGTERM');
    expect(await working.end()).toBe(0);
    expect(jsonLines<Line>(working.out())).toMatchObject([{ task: 1, outcome: 'acked' }]);
    expect(await counts('slow')).toMatchObject({ FETCHED: '1', waiting: 1, leased: 0 });
  });

  test('a second signal ends it at once, and its handler', async () => {
    const log = join(folder, 'twice.log');
    const handler = script('twice.sh', `while :; do echo on >> ${log}; sleep 0.05; done`);
    await added('twice', 1);
    const working = run('worker', 'twice', '--', handler);
    await until(async () => existsSync(log));
    working.child.kill('SIGINT');
    await wait(200);
    expect(working.child.exitCode).toBeNull();
    working.child.kill('SIGINT');
    expect(await working.end()).toBe(1);
    const length = readFileSync(log).length;
    await wait(300);
    expect(readFileSync(log)).toHaveLength(length);
    expect(await counts('twice')).toMatchObject({ leased: 1 });
  });

  test('a program that is not there ends it with 1, and nothing is acked', async () => {
    await added('absent', 1);
    const { code, err } = await ended('worker', 'absent', '--', './no-such-handler');
    expect(code).toBe(1);
    expect(err).toMatch(/^\.\/no-such-handler cannot be run \(ENOENT\)\. Name a program/);
    expect(await counts('absent')).toMatchObject({ leased: 1, waiting: 0 });
  });

  test('waits for a gateway that is away, and ends with 1 where it is not let in', async () => {
    const away = `http://127.0.0.1:${String(await freePort())}`;
    const waiting = run('worker', 'away', '--url', away, '--', 'true');
    await waiting.written(/Nothing answers at .*Trying again\.\n/, 'err');
    waiting.child.kill('SIGTERM');
    expect(await waiting.end()).toBe(0);
    const refused = await ended('worker', 'away', '--token', 'other', '--', 'true');
    expect(refused).toMatchObject({ code: 1, err: matching(/Set QUEUE_TOKEN/) });
  });
});

test('bench: adds, fetches and acks all tasks, and prints rates and times', async () => {
  const { code, out } = await ended('bench', '--tasks', '50', '--callers', '4', '--json');
  expect(code).toBe(0);
  const figures = JSON.parse(out) as Record<string, Record<string, number>> & { service: string };
  for (const name of ['add', 'fetch', 'ack']) {
    const { perSecond, p50Ms, p99Ms } = figures[name]!;
    expect(perSecond).toBeGreaterThan(0);
    expect(p50Ms).toBeGreaterThan(0);
    expect(p99Ms).toBeGreaterThanOrEqual(p50Ms!);
  }
  expect(await counts(figures.service)).toMatchObject({
    ...{ INDEX: '50', FETCHED: '50', waiting: 0, leased: 0 },
  });
  const text = await ended('bench', '--tasks', '5', '--callers', '2');
  expect(text.out).toMatch(/^ +a second +p50 ms +p99 ms\nadd .*\nfetch .*\nack .*\n$/);
});

test('completion prints a script, and doctor --embedded looks at a folder that is in use', async () => {
  const { code, out } = await ended('completion', 'bash');
  expect({ code, first: out.split('\n')[0] }).toMatchObject({
    code: 0,
    first: matching(/for bash/),
  });
  await added('doctor', 1);
  const checked = await ended('doctor', '--embedded', '--data-dir', join(folder, 'data'), '--json');
  expect(checked).toMatchObject({ code: 0, err: '' });
  expect(JSON.parse(checked.out)).toMatchObject({ wrong: 0 });
  chmodSync(join(folder, 'data', 'keyring.json'), 0o644);
  const open = await ended('doctor', '--embedded', '--data-dir', join(folder, 'data'));
  chmodSync(join(folder, 'data', 'keyring.json'), 0o600);
  expect(open).toMatchObject({ code: 1, err: matching(/^1 wrong, /) });
  expect(open.out).toMatch(
    /wrong +keys +The keyring \S+ may be used by others[^\n]*\n +Run: chmod 600/,
  );
});
