import { createKeyServiceSource, KeyGone, KeySourceUnreachable } from '../../../src/crypto';
import { KeyUnavailable } from '../../../src/domain';

const failing = (error: object) =>
  createKeyServiceSource(async () => {
    throw error as Error;
  });
const answering = (answer: unknown) => createKeyServiceSource(async () => answer);

test('asks without an id for the newest key, with one for that key', async () => {
  const getOek = jest.fn(async (_owner: string, id: string = 'k2') => ({ id, key: 'secret' }));
  const source = createKeyServiceSource(getOek);
  await expect(source.current('o')).resolves.toEqual({ id: 'k2', key: 'secret' });
  await expect(source.byId('o', 'k1')).resolves.toEqual({ id: 'k1', key: 'secret' });
  expect(getOek.mock.calls).toEqual([['o'], ['o', 'k1']]);
});

test.each<[string, unknown, string | Uint8Array]>([
  ['a string', 'x', 'x'],
  ['a Buffer', Buffer.from('xy'), Buffer.from('xy')],
  ['a Uint8Array', new Uint8Array([1, 2]), new Uint8Array([1, 2])],
  [
    'a Buffer that was JSON on its way',
    { type: 'Buffer', data: [0, 1, 255] },
    new Uint8Array([0, 1, 255]),
  ],
])('takes %s', async (_, key, expected) => {
  await expect(answering({ id: 'k', key }).current('o')).resolves.toEqual({
    id: 'k',
    key: expected,
  });
});

test.each<[string, unknown]>([
  ['no answer', null],
  ['no key', { id: 'k1', key: null }],
  ['the key of another id', { id: 'k2', key: 'secret' }],
])('%s means that the key is gone', async (_, answer) => {
  const error: unknown = await answering(answer)
    .byId('o', 'k1')
    .catch((e: unknown) => e);
  expect(error).toBeInstanceOf(KeyGone);
  expect(error).toMatchObject({ type: 'KeyUnavailable', ownerId: 'o', keyId: 'k1' });
  expect(error).toMatchObject({ data: { reason: 'gone', ownerId: 'o', keyId: 'k1' } });
});

test.each([
  [{ code: 404 }, KeyGone],
  [{ code: 410 }, KeyGone],
  // Moleculer's ServiceNotFoundError and ServiceNotAvailableError.
  [{ code: 404, type: 'SERVICE_NOT_FOUND', retryable: true }, KeySourceUnreachable],
  [{ code: 504, type: 'REQUEST_TIMEOUT', retryable: true }, KeySourceUnreachable],
  [new Error('connection lost'), KeySourceUnreachable],
])('the error %j is a %p', async (cause, type) => {
  const error: unknown = await failing(cause)
    .byId('o', 'k1')
    .catch((e: unknown) => e);
  expect(error).toBeInstanceOf(type);
  expect(error).toBeInstanceOf(KeyUnavailable);
  expect(error).toMatchObject({ cause, ownerId: 'o', keyId: 'k1' });
});

test('another key service can say in its own way that a key is gone', async () => {
  const isGone = (error: unknown) => (error as Error).message === 'shredded';
  const source = createKeyServiceSource(() => Promise.reject(new Error('shredded')), { isGone });
  await expect(source.current('o')).rejects.toBeInstanceOf(KeyGone);
});

test.each<[string, unknown]>([
  ['an empty key', { id: 'k', key: '' }],
  ['empty bytes', { id: 'k', key: Buffer.alloc(0) }],
  ['a number', { id: 'k', key: 4711 }],
  ['bytes that are none', { id: 'k', key: { type: 'Buffer', data: [4711] } }],
  ['a byte too high', { id: 'k', key: { type: 'Buffer', data: [256] } }],
  ['a byte too low', { id: 'k', key: { type: 'Buffer', data: [-1] } }],
  ['half a byte', { id: 'k', key: { type: 'Buffer', data: [1, 1.5] } }],
  ['bytes as text', { id: 'k', key: { type: 'Buffer', data: ['1'] } }],
  ['text for bytes', { id: 'k', key: { type: 'Buffer', data: '4711' } }],
  ['no bytes', { id: 'k', key: { type: 'Buffer', data: [] } }],
  ['bytes of another form', { id: 'k', key: { type: 'Array', data: [1] } }],
  ['an id that is none', { id: 1, key: 'secret 4711' }],
  ['no id', { key: 'secret 4711' }],
  ['an empty id', { id: '', key: 'secret 4711' }],
])('%s is no answer, and the error does not tell it', async (_, answer) => {
  const error = await answering(answer)
    .current('o')
    .catch((e: unknown) => e as KeySourceUnreachable);
  expect(error).toBeInstanceOf(KeySourceUnreachable);
  expect((error as Error).message).toMatch(
    /^The newest key of owner o could not be fetched: .*is not \{ id, key \}/,
  );
  expect(JSON.stringify(error) + (error as Error).message).not.toContain('4711');
});

test('no key at all, not even null, is gone; the newest one is named as that', async () => {
  const error: unknown = await answering({ id: 'k' })
    .current('o')
    .catch((e: unknown) => e);
  expect(error).toBeInstanceOf(KeyGone);
  expect((error as Error).message).toMatch(
    /^The newest key of owner o is destroyed or was never there\. .* restore it in the key source\.$/,
  );
  expect((error as KeyGone).data).toEqual({ reason: 'gone', ownerId: 'o' });
  expect(Object.hasOwn(error as Error, 'cause')).toBe(false);
});

test.each([null, undefined, 'down', 404])(
  'what is thrown without being an error, as %p, is no word of a key',
  async (thrown) => {
    const error: unknown = await failing(thrown as never)
      .byId('o', 'k1')
      .catch((e: unknown) => e);
    expect(error).toBeInstanceOf(KeySourceUnreachable);
    expect((error as Error).message).toMatch(/^Key k1 of owner o could not be fetched: /);
    expect((error as Error).message).toContain(String(thrown));
    expect((error as KeySourceUnreachable).data).toEqual({
      reason: 'unreachable',
      ownerId: 'o',
      keyId: 'k1',
    });
  },
);

test('a service can be given its own time', async () => {
  jest.useFakeTimers();
  try {
    const source = createKeyServiceSource(() => new Promise(() => undefined), { timeoutMs: 10 });
    const asked = source.current('o').catch((e: unknown) => e);
    await jest.advanceTimersByTimeAsync(10);
    expect(((await asked) as Error).message).toMatch(/no answer within 10 ms/);
  } finally {
    jest.useRealTimers();
  }
});

test('a service that throws before it answers is unreachable', async () => {
  const source = createKeyServiceSource(() => {
    throw new Error('stopped');
  });
  await expect(source.current('o')).rejects.toBeInstanceOf(KeySourceUnreachable);
});

test('a service that does not answer is unreachable after the time-out, and leaves no timer', async () => {
  jest.useFakeTimers();
  try {
    const source = createKeyServiceSource(() => new Promise(() => undefined));
    const asked = source.byId('o', 'k1').catch((e: unknown) => e);
    await jest.advanceTimersByTimeAsync(4_999);
    expect(jest.getTimerCount()).toBe(1);
    await jest.advanceTimersByTimeAsync(1);
    const error = await asked;
    expect(error).toBeInstanceOf(KeySourceUnreachable);
    expect((error as Error).message).toMatch(/no answer within 5000 ms.*Try again later/);
    await answering({ id: 'k', key: 'x' }).current('o');
    expect(jest.getTimerCount()).toBe(0);
  } finally {
    jest.useRealTimers();
  }
});
