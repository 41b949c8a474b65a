import { Gateway } from '../../../src/service/gateway';
import { fakeComposition, FakeWorkQueue } from '../../support/fakeWorkQueue';
import { as, TestServer } from './servers';
import { containing } from '../../support/matchers';

/** Who gets in, and to what. */
const server = new TestServer();
const queue = new FakeWorkQueue();
const onFake = { compose: async () => fakeComposition(queue) };
beforeEach(() => queue.forget());
afterEach(() => server.stop());

describe('a token', () => {
  beforeEach(() => server.start({}, onFake));

  test.each([
    ['none', {}],
    ['an unknown one', as('token-c')],
    ['the hash of one', as('9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08')],
    ['one of another scheme', { Authorization: 'Basic token-a' }],
    ['one in the query only', {}],
  ])('%s: 401', async (what, headers) => {
    const query = what.includes('query') ? '&token=token-a&access_token=token-a' : '';
    const sent = await server.get(`/s/fetch?workerId=w${query}`, headers);
    expect(sent).toMatchObject({
      status: 401,
      json: { type: 'NotAuthenticated', code: 401, hint: containing('Bearer') },
    });
    expect(sent.headers.get('www-authenticate')).toBe('Bearer');
    expect(queue.calls).toEqual([]);
  });

  test('names the owner; nothing that is sent does', async () => {
    await server.get('/s/fetch?workerId=w', as('token-b'));
    await server.get('/s/fetch?workerId=w', { ...as('token-b'), 'X-Owner-Id': 'A', ownerId: 'A' });
    expect(queue.calls.map((call) => call.queue)).toEqual([
      { ownerId: 'B', serviceId: 's' },
      { ownerId: 'B', serviceId: 's' },
    ]);
  });

  test.each(['ownerId', 'meta', 'acl', '$meta', '__proto__', 'constructor'])(
    '%s is no parameter of any route',
    async (name) => {
      const body = `{"${name}":{"ownerId":"A","operator":true}}`;
      const b = as('token-b');
      for (const sent of [
        await server.post('/s/add', body, b),
        await server.post('/s/fetch', body, b),
        await server.post('/s/ack', body, b),
        await server.post('/s/rewind', body, as('operator-a')),
        await server.get(`/s/fetch?${name}=A`, b),
        await server.get(`/s/info?${name}=A`, b),
        await server.get(`/s/info?${name}[ownerId]=A`, b),
      ]) {
        expect(sent).toMatchObject({
          status: 422,
          json: { data: { path: containing(name) } },
        });
      }
      expect(queue.calls).toEqual([]);
    },
  );

  test('is asked for before a byte of the body is read', async () => {
    const sent = await server.post('/s/add', 'not json', {});
    expect(sent.status).toBe(401);
  });

  test('an owner does not see the queues of another', async () => {
    await server.post('/s/add', { value: 'of A' });
    expect(await server.get('/s/fetch?workerId=w', as('token-b'))).toMatchObject({ status: 204 });
    expect(await server.get('/s/info', as('token-b'))).toMatchObject({ json: { INDEX: '0' } });
    expect(await server.get('/s/fetch?workerId=w')).toMatchObject({ json: 'of A' });
  });
});

describe('an own authenticate', () => {
  test('is asked in place of the tokens', async () => {
    await server.start(
      {
        authenticate: async (req) =>
          req.headers['x-api-key'] === 'k' ? { ownerId: 'own', operator: true } : null,
      },
      onFake,
    );
    expect(await server.get('/s/info')).toMatchObject({ status: 401 });
    expect(await server.post('/s/rewind', { last: 0 }, { 'X-Api-Key': 'k' })).toMatchObject({
      json: true,
    });
    expect(queue.calls[0]?.queue).toEqual({ ownerId: 'own', serviceId: 's' });
  });

  test('that gives no proper owner lets nobody in', async () => {
    await server.start({ authenticate: () => ({ ownerId: '' }) }, onFake);
    expect(await server.get('/s/info')).toMatchObject({
      status: 401,
      json: { type: 'NotAuthenticated' },
    });
  });

  test('that fails is an error without its internals', async () => {
    const authenticate = () => Promise.reject(new Error('secret'));
    await server.start({ authenticate }, onFake);
    const { status, text } = await server.get('/s/info');
    expect(status).toBe(500);
    expect(text).not.toContain('secret');
  });
});

test('without tokens and authenticate there is no gateway', () => {
  expect(() => Gateway({})).toThrow('tokens or authenticate');
  expect(() => Gateway({ token: 'x' } as object)).toThrow("There is no parameter 'token'");
});

describe('the Host header', () => {
  test.each([
    'evil.example',
    'evil.example:80',
    'localhost.evil.example',
    'localhost',
    '127.0.0.1:1',
  ])('%s: 421, whatever the token', async (host) => {
    await server.start({}, onFake);
    const sent = await server.raw('/api/queue/s/info', { ...as('token-a'), Host: host });
    expect(sent).toMatchObject({ status: 421, json: { type: 'HostNotAllowed', code: 421 } });
    expect(queue.calls).toEqual([]);
  });

  test.each(['localhost', 'LocalHost', '127.0.0.1', '[::1]'])(
    '%s with the port is fine',
    async (name) => {
      await server.start({}, onFake);
      const Host = `${name}:${new URL(server.url).port}`;
      expect(await server.raw('/api/queue/s/info', { ...as('token-a'), Host })).toMatchObject({
        status: 200,
      });
    },
  );

  test('a list of its own', async () => {
    await server.start({ allowedHosts: ['queue.example'] }, onFake);
    const sent = (Host: string) => server.raw('/api/queue/s/info', { ...as('token-a'), Host });
    expect(await sent('queue.example')).toMatchObject({ status: 200 });
    expect(await sent(new URL(server.url).host)).toMatchObject({ status: 421 });
  });

  test('a gateway listens on this machine only, if nothing else is said', async () => {
    await server.start({}, onFake);
    expect(new URL(server.url).hostname).toBe('127.0.0.1');
  });
});
