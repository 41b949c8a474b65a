import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { Errors } from 'moleculer';
import { readJsonObject } from '../../../src/service/http/body';
import { errorAnswer } from '../../../src/service/http/errorAnswer';
import { hostsOf, isLoopback, refuseOtherHost } from '../../../src/service/http/hosts';
import { parseTarget } from '../../../src/service/http/query';
import { renderJson } from '../../../src/service/http/renderJson';
import { bearerTokens, hashToken } from '../../../src/service/http/tokens';
import { having } from '../../support/matchers';

describe('a value as JSON', () => {
  test('what JSON has no word for is rendered', () => {
    const value = {
      bytes: Buffer.from([0, 255]),
      array: Uint8Array.of(1, 2),
      at: new Date(0),
      never: new Date(NaN),
      big: 2n ** 70n,
      nan: NaN,
      gone: undefined,
      list: [undefined, 1n],
    };
    expect(JSON.parse(renderJson(value))).toEqual({
      bytes: 'AP8=',
      array: 'AQI=',
      at: '1970-01-01T00:00:00.000Z',
      never: null,
      big: '1180591620717411303424',
      nan: null,
      list: [null, '1'],
    });
  });
  test.each([
    [undefined, 'null'],
    [null, 'null'],
    [1n, '"1"'],
    [new Date(0), '"1970-01-01T00:00:00.000Z"'],
    ['\ud800', '"\\ud800"'],
  ])('%p alone is %s', (value, json) => {
    expect(renderJson(value)).toBe(json);
  });
  test('a member named __proto__ is an ordinary one', () => {
    expect(renderJson(JSON.parse('{"__proto__":{"a":1}}'))).toBe('{"__proto__":{"a":1}}');
  });
});

describe('a body', () => {
  const sending = () =>
    Object.assign(new PassThrough(), {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'transfer-encoding': 'chunked' },
    });
  const read = (req: PassThrough) => readJsonObject(req as never, 100);

  test('is one text, however it was cut', async () => {
    const req = sending();
    const body = read(req);
    const bytes = Buffer.from('{"ä":"😀"}');
    for (const byte of bytes) req.write(Buffer.of(byte));
    req.end();
    expect(await body).toEqual({ ä: '😀' });
  });
  test('that breaks off is no body', async () => {
    const req = sending();
    const body = read(req);
    req.write('{"value":1}');
    req.destroy();
    await expect(body).rejects.toEqual(having({ status: 400, message: 'The body ended early' }));
  });
  test('that is too long is refused, and no more of it kept', async () => {
    const req = sending();
    const body = read(req);
    req.write('x'.repeat(101));
    await expect(body).rejects.toEqual(having({ status: 413 }));
    expect(req.listenerCount('data')).toBe(0);
  });
  test('after one that is no UTF-8 the next is read as ever', async () => {
    const [broken, good] = [sending(), sending()];
    broken.end(Buffer.from([0x7b, 0xff]));
    await expect(read(broken)).rejects.toEqual(having({ status: 400 }));
    good.end('{"value":1}');
    expect(await read(good)).toEqual({ value: 1 });
  });
});

describe('bearer tokens', () => {
  const known = bearerTokens([
    { sha256: hashToken('worker'), ownerId: 'a' },
    { sha256: hashToken('boss').toUpperCase(), ownerId: 'a', operator: true },
  ]);
  const caller = (authorization?: string) =>
    known({ headers: { authorization } } as unknown as IncomingMessage);

  test('name the owner', () => {
    expect(caller('Bearer worker')).toEqual({ ownerId: 'a', operator: false });
    expect(caller('bearer boss')).toEqual({ ownerId: 'a', operator: true });
  });
  test.each([
    undefined,
    '',
    'worker',
    'Bearer',
    'Bearer ',
    'Bearer Worker',
    'Bearer worker x',
    'Basic worker',
    `Bearer ${hashToken('worker')}`,
    `Bearer ${'a'.repeat(2000)}`,
  ])('%j is nobody', (authorization) => {
    expect(caller(authorization)).toBeNull();
  });
  test('a token that was not hashed is refused at once, and not repeated in the error', () => {
    expect(() => bearerTokens([{ sha256: 'my-secret', ownerId: 'a' }])).toThrow(
      /^(?!.*my-secret).*hashToken/,
    );
  });
});

describe('the Host header', () => {
  const hosts = hostsOf('loopback', 3000);
  test.each(['127.0.0.1:3000', 'localhost:3000', 'LOCALHOST:3000', '[::1]:3000'])(
    '%s is this machine',
    (host) => {
      expect(() => refuseOtherHost(host, hosts)).not.toThrow();
    },
  );
  test.each([
    undefined,
    '',
    'evil.example',
    'evil.example:3000',
    'localhost',
    'localhost:3001',
    'localhost:3000.evil.example',
    'localhost.evil.example:3000',
    '127.0.0.1:3000@evil.example',
    '0.0.0.0:3000',
  ])('%p is another', (host) => {
    expect(() => refuseOtherHost(host, hosts)).toThrow(having({ status: 421 }));
  });
  test('port 80 need not be named', () => {
    expect(() => refuseOtherHost('localhost', hostsOf('loopback', 80))).not.toThrow();
  });
  test.each([
    ['127.0.0.1', true],
    ['127.8.8.8', true],
    ['::1', true],
    ['localhost', true],
    ['0.0.0.0', false],
    ['::', false],
    ['127.0.0.1.evil.example', false],
  ])('listening on %s is for this machine only: %p', (ip, only) => {
    expect(isLoopback(ip)).toBe(only);
  });
});

describe('a query', () => {
  test.each([
    ['/a', '/a', {}],
    ['/a?', '/a', {}],
    ['/a?b=1&c=%20d+e&f', '/a', { b: '1', c: ' d e', f: '' }],
    ['/a?b=1=2?3', '/a', { b: '1=2?3' }],
  ])('%s', (target, url, query) => {
    expect(parseTarget(target)).toEqual({ url, query });
  });
  test('names such as __proto__ are kept as names', () => {
    expect(Object.keys(parseTarget('/a?__proto__=1&constructor=2').query)).toEqual([
      '__proto__',
      'constructor',
    ]);
  });
  test.each(['/a?b=1&b=2', '/a?b=%', '/a?b=%FF'])('%s is malformed', (target) => {
    expect(() => parseTarget(target)).toThrow(having({ status: 400 }));
  });
});

describe('an error as an answer', () => {
  const answer = (error: unknown) => {
    const { status, headers, body } = errorAnswer(error);
    return { status, headers, body: JSON.parse(body ?? '') as Record<string, unknown> };
  };
  test.each([
    [1, '1'],
    [1000, '1'],
    [1001, '2'],
  ])('says when to come again: %d ms are %s s', (retryAfterMs, seconds) => {
    const rebuilding = new Errors.MoleculerRetryableError('m', 503, 'Rebuilding', { retryAfterMs });
    expect(answer(rebuilding)).toMatchObject({ status: 503, headers: { 'Retry-After': seconds } });
  });
  test('the hint of the error goes before the one of its type', () => {
    const invalid = new Errors.ValidationError('m', 'ValidationError', { path: 'p', hint: 'own' });
    expect(answer(invalid).body).toEqual({
      type: 'ValidationError',
      code: 422,
      message: 'm',
      hint: 'own',
      data: { path: 'p' },
    });
  });
  test.each([
    [new Error('secret')],
    ['secret'],
    [null],
    [Object.assign(new Error('secret'), { code: 404 })],
    [new Errors.MoleculerError('secret', 200, 'X')],
  ])('%p tells nothing', (error) => {
    const { status, body } = answer(error);
    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toContain('secret');
  });
});
