import { KeyUnavailable, OutcomeUnknown, Overloaded, Rebuilding } from '../../../src/domain';
import { fakeComposition, FakeWorkQueue } from '../../support/fakeWorkQueue';
import { as, TestServer } from './servers';
import { aString } from '../../support/matchers';

/** Every mistake gets JSON with type, code, message and hint, and changes nothing. */
const server = new TestServer();
const queue = new FakeWorkQueue();

beforeAll(() =>
  server.start({ bodyBytesMax: 1000 }, { compose: async () => fakeComposition(queue) }),
);
beforeEach(() => queue.forget());
afterAll(() => server.stop());

const problem = (type: string, code: number) => ({
  status: code,
  json: { type, code, message: aString, hint: aString },
});

describe('a path or method', () => {
  test.each(['/s', '/s/', '/s/nothing', '//add', '/s/add/more', '/s/~node/list', '/$node/list'])(
    '%s is not there, and the answer names what is',
    async (path) => {
      const sent = await server.post(path, { value: 1 });
      expect(sent).toMatchObject(problem('NotFound', 404));
      expect(sent.text).toContain('POST|GET /api/queue/{serviceId}/fetch');
    },
  );
  test.each([
    '/',
    '/api',
    '/api/queue',
    '/~node/list',
    '/$node/services',
    '/worker.queue/add',
    '/api/queuex',
  ])('%s outside of the prefix is not there either', async (path) => {
    expect(await server.raw(path, as('token-a'))).toMatchObject(problem('NotFound', 404));
  });
  test.each([
    ['GET', 'add', 'POST'],
    ['DELETE', 'fetch', 'POST, GET'],
    ['PUT', 'ack', 'POST'],
    ['POST', 'info', 'GET'],
    ['PATCH', 'rewind', 'POST'],
    ['OPTIONS', 'add', 'POST'],
    ['OPTIONS', 'fetch', 'POST, GET'],
  ])('%s %s: 405 with what is allowed', async (method, action, allowed) => {
    const sent = await server.send(method, `/s/${action}`, as('token-a'));
    expect(sent).toMatchObject(problem('MethodNotAllowed', 405));
    expect(sent.headers.get('allow')).toBe(allowed);
  });
  test('HEAD fetches nothing', async () => {
    const sent = await server.send('HEAD', '/s/fetch?workerId=w', as('token-a'));
    expect(sent).toMatchObject({ status: 405, text: '' });
    expect(queue.calls).toEqual([]);
  });
  test('a preflight does not do what it asks about', async () => {
    const preflight = {
      ...as('token-a'),
      Origin: 'http://evil.example',
      'Access-Control-Request-Method': 'GET',
    };
    const sent = await server.bytes(
      `OPTIONS /api/queue/s/fetch?workerId=w HTTP/1.1\r\nHost: ${new URL(server.url).host}\r\nConnection: close\r\n` +
        Object.entries(preflight)
          .map(([name, value]) => `${name}: ${value}\r\n`)
          .join('') +
        '\r\n',
    );
    expect(sent).toMatch(/^HTTP\/1\.1 405 /);
    expect(queue.calls).toEqual([]);
  });
  test('a path that is not percent-encoded UTF-8', async () => {
    expect(await server.get('/%E0%A4%A/info')).toMatchObject({ status: 400, json: { code: 400 } });
  });
});

describe('a body', () => {
  const json = { 'Content-Type': 'application/json' };
  test.each([
    ['not JSON', '{"value":'],
    ['an array', '[1]'],
    ['null', 'null'],
    ['text', '"value"'],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
    ['UTF-16', Buffer.from('{"value":1}', 'utf16le')],
  ])('that is %s: 400', async (_, body) => {
    expect(await server.post('/s/add', body)).toMatchObject(problem('MalformedRequest', 400));
    expect(queue.calls).toEqual([]);
  });
  test.each([
    ['no type', {}],
    ['a form', { 'Content-Type': 'application/x-www-form-urlencoded' }],
    ['text', { 'Content-Type': 'text/plain' }],
    ['JSON in another charset', { 'Content-Type': 'application/json; charset=utf-16' }],
    ['compressed JSON', { ...json, 'Content-Encoding': 'gzip' }],
    ['nearly JSON', { 'Content-Type': 'application/jsonx' }],
  ])('sent as %s: 415', async (_, headers) => {
    const sent = await server.send(
      'POST',
      '/s/add',
      { ...as('token-a'), ...headers },
      Buffer.from('{"value":1}'),
    );
    expect(sent).toMatchObject(problem('UnsupportedMediaType', 415));
    expect(queue.calls).toEqual([]);
  });
  test.each([
    'application/json',
    'application/json;charset=UTF-8',
    'Application/JSON; charset="utf-8"',
  ])('sent as %s is taken', async (type) => {
    expect(
      await server.post('/s/add', { value: 1 }, { ...as('token-a'), 'Content-Type': type }),
    ).toMatchObject({
      status: 200,
    });
  });
  test('over the limit by one byte: 413', async () => {
    const over = JSON.stringify({ value: 'x'.repeat(1001 - '{"value":""}'.length) });
    expect(await server.post('/s/add', over)).toMatchObject(problem('BodyTooLarge', 413));
    const exact = JSON.stringify({ value: 'x'.repeat(1000 - '{"value":""}'.length) });
    expect(await server.post('/s/add', exact)).toMatchObject({ status: 200 });
  });
  test('that says it is over the limit: 413, before any of it came', async () => {
    const sent = await server.bytes(
      `POST /api/queue/s/add HTTP/1.1\r\nHost: ${new URL(server.url).host}\r\nConnection: close\r\n` +
        'Authorization: Bearer token-a\r\nContent-Type: application/json\r\nContent-Length: 1001\r\n\r\n',
    );
    expect(sent).toMatch(/^HTTP\/1\.1 413 /);
  });
  test('over the limit: 413, in chunks, before all of it came', async () => {
    const sent = await server.bytes(
      `POST /api/queue/s/add HTTP/1.1\r\nHost: ${new URL(server.url).host}\r\nConnection: close\r\n` +
        'Authorization: Bearer token-a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n' +
        `400\r\n${'x'.repeat(1024)}\r\n`,
    );
    expect(sent).toMatch(/^HTTP\/1\.1 413 /);
    expect(sent).toContain('"type":"BodyTooLarge"');
    expect(queue.calls).toEqual([]);
  });
  test('deep nesting breaks nothing', async () => {
    const deep = `{"value":${'['.repeat(400)}${']'.repeat(400)}}`;
    expect(await server.post('/s/add', deep)).toMatchObject({ status: 200 });
  });
});

describe('a parameter', () => {
  test.each([
    ['/s/fetch?workerId=', 'workerId'],
    ['/s/fetch', 'workerId'],
    ['/s/fetch?workerId=w%0D%0AX-Evil:1', 'workerId'],
    ['/s/fetch?workerId=w&timeToRecover=0', 'timeToRecover'],
    ['/s/fetch?workerId=w&timeToRecover=1e3', 'timeToRecover'],
    ['/s/fetch?workerId=w&timeToRecover=-5', 'timeToRecover'],
    ['/s/fetch?workerId=w&timeToRecover=NaN', 'timeToRecover'],
    ['/s/fetch?workerId=w&details=1', 'details'],
    ['/s/fetch?workerId=w&value=1', 'value'],
    ['/%00/info', 'serviceId'],
    [`/${'x'.repeat(257)}/info`, 'serviceId'],
    ['/s/info?serviceId=other', 'serviceId'],
  ])('GET %s: 422 for %s', async (path, name) => {
    expect(await server.get(path)).toMatchObject({
      status: 422,
      json: {
        type: 'ValidationError',
        hint: aString,
        data: { path: name, expected: aString },
      },
    });
    expect(queue.calls).toEqual([]);
  });
  test.each([
    ['/s/add', { value: 1, vlaue: 2 }, 'vlaue', "Did you mean 'value'?"],
    ['/s/add?value=1', {}, 'value', aString],
    ['/s/ack?workerId=w', {}, 'workerId', aString],
    ['/s/ack', { workerId: ['w'] }, 'workerId', aString],
    ['/s/add', { serviceId: 'other', value: 1 }, 'serviceId', aString],
    ['/s/fetch?workerId=w', { workerId: 'w' }, 'workerId', aString],
  ])('POST %s %j: 422 for %s', async (path, body, name, hint) => {
    expect(await server.post(path, body)).toMatchObject({
      status: 422,
      json: { hint, data: { path: name } },
    });
    expect(queue.calls).toEqual([]);
  });
  test('that stands twice in the query: 400', async () => {
    expect(await server.get('/s/fetch?workerId=a&workerId=b')).toMatchObject(
      problem('MalformedRequest', 400),
    );
  });
});

describe('an error of the queue', () => {
  test.each([
    [new Overloaded('m', { retryAfterMs: 1500 }), 429, '2'],
    [new Rebuilding('m', { retryAfterMs: 10 }), 503, '1'],
    [new OutcomeUnknown('m'), 503, null],
    [new KeyUnavailable('m'), 503, null],
  ])('%p: %d, come again after %p s', async (failure, code, seconds) => {
    queue.failures.push(failure);
    const sent = await server.post('/s/add', { value: 1 });
    expect(sent).toMatchObject(problem(failure.type, code));
    expect(sent.headers.get('retry-after')).toBe(seconds);
  });
  test('that is a bug tells nothing of it', async () => {
    queue.failures.push(new TypeError('secret'));
    const sent = await server.post('/s/add', { value: 1 });
    expect(sent).toMatchObject(problem('InternalError', 500));
    expect(sent.text).not.toContain('secret');
  });
});

describe('headers', () => {
  test('an id of the request is echoed only if it is one', async () => {
    const echoed = async (id: string) =>
      (await server.get('/s/info', { ...as('token-a'), 'X-Request-ID': id })).headers.get(
        'x-request-id',
      );
    expect(await echoed('abc-1')).toBe('abc-1');
    expect(await echoed('<script>')).not.toContain('script');
    expect(await echoed('x'.repeat(65))).not.toContain('xxx');
  });
  test('too many: 431 in JSON', async () => {
    const sent = await server.bytes(
      `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`,
    );
    expect(sent).toMatch(/^HTTP\/1\.1 431 /);
    expect(sent).toContain('"type":"HeadersTooLarge"');
  });
  test('what is no HTTP: 400 in JSON', async () => {
    const sent = await server.bytes('HELLO\r\n\r\n');
    expect(sent).toMatch(/^HTTP\/1\.1 400 /);
    expect(sent).toContain('"type":"MalformedRequest"');
    expect(sent).toContain('Cache-Control: no-store');
  });
  test('a value cannot become a header', async () => {
    await server.post('/s/add', { value: 'x\r\nX-Evil: 1' });
    const sent = await server.get('/s/fetch?workerId=w');
    expect(sent).toMatchObject({ status: 200, json: 'x\r\nX-Evil: 1' });
    expect(sent.headers.has('x-evil')).toBe(false);
  });
});
