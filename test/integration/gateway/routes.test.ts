import { fakeComposition, FakeWorkQueue } from '../../support/fakeWorkQueue';
import { Gateway } from '../../../src/service/gateway';
import { QueueService } from '../../../src/service/queueService';
import { Brokers } from '../service/brokers';
import { as, TestServer } from './servers';
import { aNumber, aString } from '../../support/matchers';

/** What each route answers when all is well. */
const server = new TestServer();
beforeEach(() => server.start());
afterEach(() => server.stop());

test('a task is added, fetched and acked', async () => {
  const added = await server.post('/s/add', { value: { n: 1 } });
  expect(added).toMatchObject({ status: 200, json: true });

  for (const fetched of [
    await server.get('/s/fetch?workerId=w'),
    await server.post('/s/fetch?workerId=w'),
    await server.post('/s/fetch', { workerId: 'w' }),
  ]) {
    expect(fetched).toMatchObject({ status: 200, json: { n: 1 } });
    expect(fetched.headers.get('x-task-index')).toBe('1');
    expect(fetched.headers.get('x-deliveries')).toBe('1');
    expect(fetched.headers.get('x-lease-id')).toMatch(/^1\.\d+\.\d+$/);
    const until = fetched.headers.get('x-lease-until') ?? '';
    expect(new Date(until).toISOString()).toBe(until);
  }

  expect(await server.post('/s/ack', { workerId: 'w' })).toMatchObject({ status: 200, json: true });
  expect(await server.post('/s/ack', { workerId: 'w' })).toMatchObject({
    status: 200,
    json: false,
  });
});

test('an empty queue answers 204, the value null is 200', async () => {
  expect(await server.get('/s/fetch?workerId=w')).toMatchObject({ status: 204, text: '' });
  expect(await server.get('/s/fetch?workerId=w&details=true')).toMatchObject({
    status: 204,
    text: '',
  });
  await server.post('/s/add', { value: null });
  expect(await server.get('/s/fetch?workerId=w')).toMatchObject({ status: 200, text: 'null' });
});

test('details are one object, from the query or the body', async () => {
  await server.post('/s/add', { value: 1 });
  const details = {
    value: 1,
    index: 1,
    leaseId: aString,
    fetchedAt: aNumber,
    leaseUntil: aNumber,
    deliveries: 1,
  };
  expect((await server.get('/s/fetch?workerId=w&details=true')).json).toEqual(details);
  expect((await server.post('/s/fetch', { workerId: 'w', details: true })).json).toEqual(details);
  expect((await server.get('/s/fetch?workerId=w&details=false')).json).toBe(1);
});

test.each([
  ['the query', () => server.get('/s/fetch?workerId=w&timeToRecover=5000&details=true')],
  ['the body', () => server.post('/s/fetch?details=true', { workerId: 'w', timeToRecover: 5000 })],
])('timeToRecover in %s', async (_, fetchTask) => {
  await server.post('/s/add', { value: 1 });
  const { leaseUntil, fetchedAt } = (await fetchTask()).json as Record<string, number>;
  expect((leaseUntil ?? 0) - (fetchedAt ?? 0)).toBe(5000);
});

test('an ack can name its lease', async () => {
  await server.post('/s/add', { value: 1 });
  const leaseId = (await server.get('/s/fetch?workerId=w')).headers.get('x-lease-id');
  const other = { workerId: 'w', leaseId: '1.1.999' };
  expect(await server.post('/s/ack', other)).toMatchObject({ json: false });
  expect(await server.post('/s/ack', { workerId: 'w', leaseId })).toMatchObject({ json: true });
});

test('info, with and without a workerId', async () => {
  await server.post('/s/add', { value: 1 });
  await server.get('/s/fetch?workerId=w');
  for (const path of ['/s/info', '/s/info?workerId=w', '/s/info/']) {
    expect(await server.get(path)).toMatchObject({
      status: 200,
      json: { INDEX: '1', FETCHED: '1', leased: 1, unacknowledged: [{ workerId: 'w', index: 1 }] },
    });
  }
});

test('a rewind needs the operator token', async () => {
  await server.post('/s/add', { value: 1 });
  await server.get('/s/fetch?workerId=w');
  await server.post('/s/ack', { workerId: 'w' });
  expect(await server.post('/s/rewind', { last: 0 })).toMatchObject({
    status: 403,
    json: { type: 'OperatorOnly' },
  });
  expect(await server.get('/s/fetch?workerId=w')).toMatchObject({ status: 204 });
  const rewound = await server.post('/s/rewind', { last: 0 }, as('operator-a'));
  expect(rewound).toMatchObject({ status: 200, json: true });
  expect(await server.get('/s/fetch?workerId=w')).toMatchObject({ status: 200, json: 1 });
});

test.each(['INDEX', '__proto__', 'constructor', 'a b', 'a/b', '..', '%', '😀', 'a?b#c'])(
  '%s is an ordinary name of a queue and of a worker',
  async (name) => {
    const queue = `/${name === '..' ? '%2E%2E%2F' : encodeURIComponent(name)}`;
    const workerId = encodeURIComponent(name);
    await server.post(`${queue}/add`, { value: 1 });
    expect(await server.get(`${queue}/fetch?workerId=${workerId}`)).toMatchObject({ json: 1 });
    expect(await server.get(`${queue}/info`)).toMatchObject({
      json: { INDEX: '1', unacknowledged: [{ workerId: name }] },
    });
    expect(await server.get('/s/info')).toMatchObject({ json: { INDEX: '0' } });
    expect(await server.post(`${queue}/ack`, { workerId: name })).toMatchObject({ json: true });
  },
);

test('the names of an object are ordinary members of a value, and pollute nothing', async () => {
  const value = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}';
  await server.post('/s/add', `{"value":${value}}`);
  expect(await server.get('/s/fetch?workerId=w')).toMatchObject({ status: 200, text: value });
  expect({}).not.toHaveProperty('polluted');
});

test('each answer forbids caching, framing and sniffing', async () => {
  for (const sent of [
    await server.get('/s/info'),
    await server.get('/s/fetch?workerId=w'),
    await server.get('/s/nothing'),
    await server.get('/s/info', {}),
  ]) {
    expect(Object.fromEntries(sent.headers)).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
    expect(sent.headers.has('access-control-allow-origin')).toBe(false);
  }
});

test('a conditional request gets its task, not 304', async () => {
  await server.post('/s/add', { value: 1 });
  const fetched = await server.get('/s/fetch?workerId=w', {
    ...as('token-a'),
    'If-None-Match': '*',
  });
  expect(fetched).toMatchObject({ status: 200, json: 1 });
});

describe('a value that only Moleculer callers can add', () => {
  const queue = new FakeWorkQueue();
  const moleculer = new TestServer();
  afterEach(() => moleculer.stop());

  test('is rendered as JSON', async () => {
    await moleculer.start({}, { compose: async () => fakeComposition(queue) });
    const value = { bytes: Buffer.from('hi'), at: new Date(0), big: 2n ** 64n, none: undefined };
    await queue.add({ ownerId: 'A', serviceId: 's' } as never, { value });
    expect((await moleculer.get('/s/fetch?workerId=w')).json).toEqual({
      bytes: 'aGk=',
      at: '1970-01-01T00:00:00.000Z',
      big: '18446744073709551616',
    });
  });
});

test('a gateway without a queue service says so', async () => {
  const alone = new TestServer();
  await alone.start({ queueService: 'elsewhere' });
  try {
    expect(await alone.get('/s/info')).toMatchObject({ status: 503, json: { code: 503 } });
  } finally {
    await alone.stop();
  }
});

test('a gateway whose queue service went says the same', async () => {
  const brokers = new Brokers();
  let url = '';
  try {
    const broker = await brokers.start([
      QueueService({ compose: async () => fakeComposition(new FakeWorkQueue()) }),
      Gateway({ port: 0, authenticate: () => ({ ownerId: 'A' }), onListening: (at) => (url = at) }),
    ]);
    const info = async () => {
      const headers = { Connection: 'close' };
      const answer = await fetch(`${url}/api/queue/s/info`, { headers });
      return { status: answer.status, json: await answer.json() };
    };
    expect(await info()).toMatchObject({ status: 200 });
    await broker.destroyService('worker.queue');
    expect(await info()).toMatchObject({ status: 503, json: { type: 'ServiceUnavailableError' } });
  } finally {
    await brokers.stop();
  }
});
