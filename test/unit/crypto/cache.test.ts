import { LoadingCache } from '../../../src/crypto/cache';

const setup = (entriesMax = 3, ttlMs = 100) => {
  let nowMs = 0;
  const cache = new LoadingCache<string>({ entriesMax, ttlMs, now: () => nowMs });
  return {
    cache,
    put: (key: string) => cache.getOrLoad(key, async () => `value of ${key}`, nowMs),
    pass: (ms: number) => (nowMs += ms),
  };
};

test('an entry is used until its time is over, counted from before its load', async () => {
  const { cache, pass } = setup();
  pass(10);
  await cache.getOrLoad('a', async () => `loaded at ${pass(30)}`, 0);
  pass(59);
  expect(cache.get('a')).toBe('loaded at 40');
  pass(1);
  expect(cache.get('a')).toBeUndefined();
});

test('being used does not make it live longer', async () => {
  const { cache, put, pass } = setup();
  await put('a');
  for (let i = 0; i < 9; i++) {
    pass(11);
    expect(cache.get('a')).toBeDefined();
  }
  pass(1);
  expect(cache.get('a')).toBeUndefined();
});

test('beyond the bound the entry used least recently goes', async () => {
  const { cache, put } = setup();
  for (const key of ['a', 'b', 'c']) await put(key);
  cache.get('a');
  await put('d');
  expect(['a', 'b', 'c', 'd'].map((key) => cache.get(key) !== undefined)).toEqual([
    true,
    false,
    true,
    true,
  ]);
  for (let i = 0; i < 100; i++) await put(String(i));
  expect(cache.size).toBe(3);
});

test('what expired leaves memory with the next load', async () => {
  const { cache, put, pass } = setup();
  await put('a');
  await put('b');
  pass(100);
  await put('c');
  expect(cache.size).toBe(1);
});

test('what is not used any more leaves memory when it is asked for', async () => {
  const { cache, put, pass } = setup();
  await put('a');
  pass(100);
  expect(cache.get('a')).toBeUndefined();
  expect(cache.size).toBe(0);
});

test('a cached value is not loaded again, and one that expired is', async () => {
  const { cache, put, pass } = setup();
  await put('a');
  const load = jest.fn(async () => 'again');
  pass(99);
  await expect(cache.getOrLoad('a', load, 99)).resolves.toBe('value of a');
  pass(1);
  await expect(cache.getOrLoad('a', load, 100)).resolves.toBe('again');
  expect(load).toHaveBeenCalledTimes(1);
});

test('misses at the same time share one load', async () => {
  const { cache } = setup();
  const load = jest.fn(async () => 'once');
  const all = await Promise.all(Array.from({ length: 100 }, () => cache.getOrLoad('a', load, 0)));
  expect(new Set(all)).toEqual(new Set(['once']));
  expect(load).toHaveBeenCalledTimes(1);
});

test('a failed load reaches all who waited, and is tried again by the next', async () => {
  const { cache, put } = setup();
  const fail = jest.fn(async () => Promise.reject(new Error('down')));
  const all = await Promise.allSettled([1, 2, 3].map(() => cache.getOrLoad('a', fail, 0)));
  expect(all.every(({ status }) => status === 'rejected')).toBe(true);
  expect(fail).toHaveBeenCalledTimes(1);
  await expect(put('a')).resolves.toBe('value of a');
});
