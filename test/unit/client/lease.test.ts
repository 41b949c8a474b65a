import { holdLease, leaseLeftMs } from '../../../src/client/worker/lease';

const START = 1_700_000_000_000;
const lease = { fetchedAt: START, leaseUntil: START + 60_000 };

test.each([
  ['one that has just begun lasts whole', 0, 5, 60_000],
  ['one that began while it was asked for is that much shorter', 3, 5, 59_997],
  ['a clock that is ahead makes it no older than the asking', 10_000, 5, 59_995],
  ['a clock that is behind makes it no younger than new', -10_000, 5, 60_000],
  ['one of a process that died is as old as it seems', 20_000, Infinity, 40_000],
  ['one that seems over is not: the clock is ahead', 3_600_000, Infinity, 60_000],
  ['one that would be over at once is not, either', 60_000, Infinity, 60_000],
])('%s', (_, agedMs, ageMaxMs, leftMs) => {
  expect(leaseLeftMs(lease, START + agedMs, ageMaxMs)).toBe(leftMs);
});

describe('a held lease', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  test('aborts when its time is over, as a time-out', () => {
    const { signal } = holdLease(100, new AbortController().signal);
    jest.advanceTimersByTime(99);
    expect(signal.aborted).toBe(false);
    jest.advanceTimersByTime(1);
    expect(signal.reason).toMatchObject({ name: 'TimeoutError' });
  });

  test('aborts with the reason for which all is ended', () => {
    const ended = new AbortController();
    const { signal } = holdLease(100, ended.signal);
    ended.abort(new Error('closed'));
    expect(signal.reason).toEqual(new Error('closed'));
    expect(jest.getTimerCount()).toBe(0);
    expect(holdLease(100, ended.signal).signal.reason).toEqual(new Error('closed'));
    expect(jest.getTimerCount()).toBe(0);
  });

  test('that is released aborts no more, and keeps no timer', () => {
    const ended = new AbortController();
    const { signal, release } = holdLease(100, ended.signal);
    release();
    expect(jest.getTimerCount()).toBe(0);
    ended.abort();
    expect(signal.aborted).toBe(false);
  });
});
