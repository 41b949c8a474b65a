import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CallFailed, createQueueClient } from '../../../src/client';
import { InvalidInput, Overloaded } from '../../../src/domain';
import { freePort } from '../../support/freePort';
import { containing, having } from '../../support/matchers';

/** What a client over HTTP makes of servers that are no gateway, or not there. */

let answer: (req: IncomingMessage, res: ServerResponse) => void;
let connections = 0;
const server = createServer((req, res) => {
  req.resume().on('end', () => answer(req, res));
}).on('connection', () => (connections += 1));
let url: string;

beforeAll(
  () =>
    new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', () => {
        url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
        resolve();
      });
    }),
);
afterAll(
  () =>
    new Promise<unknown>((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    }),
);

const queue = { serviceId: 's' };
const ask = (path = '') => createQueueClient({ url: url + path, token: 't' }).info(queue);

const json = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  ((_, res) => {
    res.writeHead(status, { 'content-type': 'application/json', ...headers });
    res.end(JSON.stringify(body));
  }) satisfies typeof answer;

test('nobody there is CallFailed, names no token, and may be repeated', async () => {
  const nowhere = `http://127.0.0.1:${await freePort()}`;
  const call = createQueueClient({ url: nowhere, token: 'secret' }).info(queue);
  const error = (await call.catch((thrown: unknown) => thrown)) as CallFailed;
  expect(error).toBeInstanceOf(CallFailed);
  expect(error).toMatchObject({
    message: `No answer from ${nowhere}: ECONNREFUSED`,
    retryable: true,
    data: { type: 'ECONNREFUSED' },
  });
});

test('a connection that breaks before the answer, or within it, is the same', async () => {
  answer = (_, res) => void res.destroy();
  await expect(ask()).rejects.toMatchObject({ type: 'CallFailed', retryable: true });
  answer = (_, res) => {
    res.writeHead(200, { 'content-length': '100' }).write('{"INDEX"');
    setTimeout(() => res.destroy(), 10);
  };
  await expect(ask()).rejects.toMatchObject({ type: 'CallFailed', retryable: true });
});

test.each([
  [502, true],
  [503, true],
  [504, true],
  [408, true],
  [429, true],
  [404, false],
  [413, false],
  [500, false],
])('an answer %d of something else is CallFailed; retryable: %p', async (status, retryable) => {
  answer = (_, res) => res.writeHead(status, { 'retry-after': '7' }).end('<html>');
  const error = await ask().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(CallFailed);
  const data = { code: status, retryAfterMs: 7_000 };
  expect(error).toMatchObject({ message: containing(String(status)), retryable, data });
});

test('what a gateway says goes before a header that something on the way has rounded', async () => {
  const told = { type: 'Overloaded', code: 429, message: 'm', data: { retryAfterMs: 250 } };
  answer = json(429, { ...told, hint: 'Wait.' }, { 'retry-after': '1' });
  const error = await ask().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Overloaded);
  expect(error).toMatchObject({ data: { retryAfterMs: 250, hint: 'Wait.' } });
});

test('an answer that is no JSON, or no task, is CallFailed', async () => {
  answer = (_, res) => res.writeHead(200).end('<html>');
  await expect(ask()).rejects.toMatchObject({ type: 'CallFailed', retryable: false });
  const client = createQueueClient({ url, token: 't' });
  for (const body of [{ to: 'ann' }, [], 'ann', 7]) {
    answer = json(200, body);
    const fetched = client.fetch({ ...queue, workerId: 'w' });
    await expect(fetched).rejects.toMatchObject({ type: 'CallFailed', retryable: false });
  }
});

test('a redirect is not followed: the token is for this server', async () => {
  const asked: unknown[] = [];
  answer = (req, res) => {
    asked.push(req.url);
    res.writeHead(307, { location: '/elsewhere' }).end();
  };
  await expect(ask()).rejects.toBeInstanceOf(CallFailed);
  expect(asked).toEqual(['/api/queue/s/info']);
});

test('calls one after another share a connection, below whatever the URL begins with', async () => {
  const asked: unknown[] = [];
  answer = (req, res) => {
    asked.push([req.method, req.url, req.headers.authorization]);
    json(200, {})(req, res);
  };
  await ask();
  const before = connections;
  for (let i = 0; i < 5; i++) await ask('/behind/');
  expect(connections).toBe(before);
  expect(asked.at(-1)).toEqual(['GET', '/behind/api/queue/s/info', 'Bearer t']);
});

test.each(['.', '..', '', '\ud800'])('%j is no name of a queue over HTTP', async (serviceId) => {
  const asked: unknown[] = [];
  answer = (req, res) => {
    asked.push(req.url);
    json(200, true)(req, res);
  };
  const call = createQueueClient({ url, token: 't' }).add({ serviceId, value: 1 });
  await expect(call).rejects.toMatchObject({
    type: 'ValidationError',
    data: { path: 'serviceId' },
  });
  expect(asked).toEqual([]);
});

test('a value that JSON has no form for is refused before it is sent', async () => {
  const client = createQueueClient({ url, token: 't' });
  const round: Record<string, unknown> = {};
  round['self'] = round;
  for (const value of [1n, round])
    await expect(client.add({ ...queue, value })).rejects.toBeInstanceOf(InvalidInput);
});

test('a signal and a time-out end the request itself', async () => {
  const closed: Promise<unknown>[] = [];
  answer = (_, res) => {
    closed.push(new Promise((resolve) => res.once('close', resolve)));
  };
  const client = createQueueClient({ url, token: 't' }, { timeoutMs: 50 });
  await expect(client.info(queue)).rejects.toMatchObject({ data: { type: 'TimedOut' } });
  const patient = createQueueClient({ url, token: 't' });
  const signal = AbortSignal.timeout(50);
  await expect(patient.info(queue, { signal })).rejects.toThrow('due to timeout');
  expect(closed).toHaveLength(2);
  await Promise.all(closed);
});

test.each<[string, object, object]>([
  ['url', { url: 'queue.example.org', token: 't' }, {}],
  ['url', { url: 'ftp://queue.example.org', token: 't' }, {}],
  ['url', { url: 'http://me:secret@queue.example.org', token: 't' }, {}],
  ['url', { url: 'http://queue.example.org/?a=b', token: 't' }, {}],
  ['token', { url: 'http://queue.example.org', token: '' }, {}],
  ['token', { url: 'http://queue.example.org', token: 'a\nb' }, {}],
  ['tokens', { url: 'http://queue.example.org', token: 't', tokens: [] }, {}],
  ['timeoutMs', { url: 'http://queue.example.org', token: 't' }, { timeoutMs: 0 }],
  ['timeoutMs', { url: 'http://queue.example.org', token: 't' }, { timeoutMs: 1e9 }],
  ['timeout', { url: 'http://queue.example.org', token: 't' }, { timeout: 1 }],
  ['ownerId', { url: 'http://queue.example.org', token: 't' }, { ownerId: 'A' }],
  ['ownerId', { call: async () => true }, {}],
  ['ownerId', { call: async () => true }, { ownerId: '' }],
])('a wrong %s is refused: %j, %j', (path, to, options) => {
  expect(() => createQueueClient(to as never, options as never)).toThrow(
    having({ type: 'ValidationError', data: having({ path }) }),
  );
});
