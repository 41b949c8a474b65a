import { types } from 'cassandra-driver';
import { timeUuids } from '../../../src/compose/timeUuids';

/** 100 ns since 1970, as the driver reads them. */
const timeOf = (id: string): bigint => {
  const { date, ticks } = types.TimeUuid.fromString(id).getDatePrecision();
  return BigInt(date.getTime()) * 10_000n + BigInt(ticks);
};
const madeAt = (ms: number, count: number): string[] => {
  const next = timeUuids(() => ms);
  return Array.from({ length: count }, next);
};

test('they are time UUIDs of version 1, with the time at which they were made', () => {
  const ms = 1_796_000_000_123;
  const [first, second] = madeAt(ms, 2);
  expect(first).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-1[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(timeOf(first!)).toBe(BigInt(ms) * 10_000n);
  expect(timeOf(second!)).toBe(BigInt(ms) * 10_000n + 1n);
  expect(Number.parseInt(first!.slice(24, 26), 16) & 1).toBe(1);
});

test('each is later than the one before, also where more are made than a millisecond has room for', () => {
  const times = madeAt(1_796_000_000_123, 25_000).map(timeOf);
  expect(times.every((time, i) => i === 0 || time === times[i - 1]! + 1n)).toBe(true);
});

test('... and where the low bits of the time begin anew', () => {
  // From 1582 to then there are so many steps that the last 32 bits are within a millisecond of their end.
  const ms = Number((41_000_001n * 2n ** 32n) / 10_000n) - 12_219_292_800_000;
  const step = BigInt(ms + 12_219_292_800_000) * 10_000n;
  expect(2n ** 32n - (step % 2n ** 32n)).toBeLessThan(10_000n);
  const times = madeAt(ms, 25_000).map(timeOf);
  expect(times.every((time, i) => i === 0 || time > times[i - 1]!)).toBe(true);
  expect(new Set(times).size).toBe(25_000);
});

test('... and where the clock goes back', () => {
  let ms = 1_796_000_000_123;
  const next = timeUuids(() => ms);
  const before = timeOf(next());
  ms -= 60_000;
  const after = timeOf(next());
  expect(after).toBe(before + 1n);
});

test('two processes at the same time make different ones', () => {
  expect(madeAt(1_796_000_000_123, 1)).not.toEqual(madeAt(1_796_000_000_123, 1));
});
