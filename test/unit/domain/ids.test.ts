import fc from 'fast-check';
import type { OwnerId, ServiceId } from '../../../src/domain';
import {
  Epoch,
  LeaseId,
  leaseIdOf,
  queueKey,
  segmentEnd,
  segmentOf,
  segmentStart,
  TaskIndex,
  Version,
  WorkerId,
} from '../../../src/domain';

const NOT_NATURAL = [-1, 1.5, NaN, Infinity, Number.MAX_SAFE_INTEGER + 1, '1', null];

describe.each([
  ['an index', TaskIndex, 1],
  ['an epoch', Epoch, 1],
  ['a version', Version, 0],
] as const)('%s', (_, codec, lowest) => {
  test(`is a natural number from ${lowest}`, () => {
    for (const right of [lowest, 2, Number.MAX_SAFE_INTEGER]) expect(codec.is(right)).toBe(true);
    for (const wrong of [lowest - 1, ...NOT_NATURAL]) expect(codec.is(wrong)).toBe(false);
  });
});

test('a worker has a name', () => {
  expect(WorkerId.is('w')).toBe(true);
  expect(WorkerId.is('')).toBe(false);
});

test('a lease id names its task, its epoch and its version, each of up to 16 digits', () => {
  const highest = Number.MAX_SAFE_INTEGER;
  const id = leaseIdOf(highest as TaskIndex, 20 as Epoch, 300 as Version);
  expect(id).toBe(`${highest}.20.300`);
  expect(LeaseId.is(id)).toBe(true);
  const tooLong = '12345678901234567';
  for (const wrong of [`${tooLong}.1.1`, `1.${tooLong}.1`, `1.1.${tooLong}`, '1.0.1', '1.1.0']) {
    expect(LeaseId.is(wrong)).toBe(false);
  }
});

test('two queues have one key only if they are one queue', () => {
  const name = fc.oneof(fc.string(), fc.constantFrom('1', '1:', ':1', '1:1', ':'));
  const queue = fc.record({
    ownerId: name.map((id) => id as OwnerId),
    serviceId: name.map((id) => id as ServiceId),
  });
  fc.assert(
    fc.property(queue, queue, (a, b) => {
      const isOne = a.ownerId === b.ownerId && a.serviceId === b.serviceId;
      expect(queueKey(a) === queueKey(b)).toBe(isOne);
    }),
  );
});

test('each index is in one segment, and the segments follow each other', () => {
  expect([1, 4, 5, 8, 9].map((index) => segmentOf(index, 4))).toEqual([1, 1, 2, 2, 3]);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1e9 }),
      fc.integer({ min: 1, max: 1e5 }),
      (index, size) => {
        const segment = segmentOf(index, size);
        const [start, end] = [segmentStart(segment, size), segmentEnd(segment, size)];
        expect(start <= index && index <= end).toBe(true);
        expect(end - start + 1).toBe(size);
        expect(segmentOf(start - 1, size)).toBe(segment - 1);
        expect(segmentOf(end + 1, size)).toBe(segment + 1);
      },
    ),
  );
});
