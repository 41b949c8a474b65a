import * as E from 'fp-ts/Either';
import fc from 'fast-check';
import type { AnyEvent, Epoch, LeaseId, TaskEvent, Version, WorkerId } from '../../../src/domain';
import {
  decodeAny,
  decodeEvent,
  decodeRewound,
  encodeEvent,
  EVENT_TYPES,
  isBefore,
  LeaseId as LeaseIdCodec,
  queueKey,
} from '../../../src/domain';
import type { OwnerId, ServiceId } from '../../../src/domain';

const leaseId = fc
  .tuple(fc.integer({ min: 1 }), fc.integer({ min: 1 }), fc.integer({ min: 1 }))
  .map((parts) => parts.join('.') as LeaseId);
const workerId = fc.string({ minLength: 1 }).map((s) => s as WorkerId);
const time = fc.integer({ min: 0, max: 4e12 });
const event: fc.Arbitrary<TaskEvent> = fc.oneof(
  fc.record({
    type: fc.constant('Added' as const),
    v: fc.constant(1 as const),
    token: fc.boolean(),
  }),
  fc.record({
    type: fc.constant('Fetched' as const),
    v: fc.constant(1 as const),
    leaseId,
    workerId,
    fetchedAt: time,
    leaseUntil: time,
  }),
  fc.record({ type: fc.constant('Acked' as const), v: fc.constant(1 as const), leaseId, workerId }),
  fc.record({ type: fc.constant('Recovered' as const), v: fc.constant(1 as const), leaseId }),
);

test('an event comes back from the log as it went in', () => {
  fc.assert(
    fc.property(event, (one) => {
      expect(decodeEvent(encodeEvent(one))).toEqual(E.right(one));
    }),
  );
});

test('a Rewound is no event of a task, and the other way round', () => {
  const rewound = encodeEvent({ type: 'Rewound', v: 1, last: 5 });
  expect(E.isLeft(decodeEvent(rewound))).toBe(true);
  expect(decodeRewound(rewound)).toEqual(E.right({ type: 'Rewound', v: 1, last: 5 }));
});

test.each([
  ['no JSON', '{'],
  ['an unknown type', '{"type":"Lost","v":1}'],
  ['an unknown version', '{"type":"Added","v":2,"token":false}'],
  ['a missing field', '{"type":"Recovered","v":1}'],
  ['a lease that is none', '{"type":"Recovered","v":1,"leaseId":"1.2"}'],
])('%s is refused', (_, body) => {
  const decoded = decodeEvent(body);
  const what = body === '{' ? 'not JSON' : 'not an event of a known type and version';
  expect(decoded).toEqual(E.left(`${what}: ${body}`));
});

const lease = { leaseId: '1.1.2' as LeaseId, workerId: 'w' as WorkerId };
const REASONS = ['TaskAcked', 'TakenBack', 'WithAnother', 'OtherWorker', 'NotHeld'] as const;
const ofEachKind: readonly AnyEvent[] = [
  { type: 'Added', v: 1, token: true },
  { type: 'Fetched', v: 1, ...lease, fetchedAt: 1, leaseUntil: 2 },
  { type: 'Acked', v: 1, ...lease },
  { type: 'Recovered', v: 1, leaseId: lease.leaseId },
  { type: 'Rewound', v: 1, last: 5 },
  ...REASONS.map((reason) => ({ type: 'Refused' as const, v: 1 as const, ...lease, reason })),
  { type: 'Revealed', v: 1, by: 'somebody', query: 'what' },
];

test('an audit reads every event that a log can hold, and nothing else', () => {
  for (const one of ofEachKind) expect(decodeAny(encodeEvent(one))).toEqual(E.right(one));
  expect(new Set(ofEachKind.map(({ type }) => type))).toEqual(new Set(EVENT_TYPES));
  for (const one of ofEachKind) {
    expect(E.isLeft(decodeAny(JSON.stringify({ ...one, v: 2 })))).toBe(true);
    for (const field of Object.keys(one)) {
      expect(E.isLeft(decodeAny(JSON.stringify({ ...one, [field]: null })))).toBe(true);
    }
  }
});

test('records are no events of a task', () => {
  for (const one of ofEachKind.slice(4)) {
    expect(E.isLeft(decodeEvent(encodeEvent(one)))).toBe(true);
  }
});

test('events are ordered by epoch, then by version', () => {
  const at = (epoch: number, version: number) => ({
    epoch: epoch as Epoch,
    version: version as Version,
  });
  expect(isBefore(at(1, 9), at(2, 1))).toBe(true);
  expect(isBefore(at(2, 1), at(1, 9))).toBe(false);
  expect(isBefore(at(1, 1), at(1, 2))).toBe(true);
  expect(isBefore(at(1, 2), at(1, 1))).toBe(false);
  expect(isBefore(at(1, 1), at(1, 1))).toBe(false);
});

test('a lease id is three natural numbers', () => {
  for (const wrong of ['', '0.1.1', '1.1', '1.1.1.1', '01.1.1', '1.1.x', '-1.1.1', '1.1.1 ']) {
    expect(LeaseIdCodec.is(wrong)).toBe(false);
  }
  expect(LeaseIdCodec.is('10.2.300')).toBe(true);
});

test('queues with look-alike names have different keys', () => {
  const key = (ownerId: string, serviceId: string) =>
    queueKey({ ownerId: ownerId as OwnerId, serviceId: serviceId as ServiceId });
  expect(key('a:b', 'c')).not.toBe(key('a', 'b:c'));
  expect(key('1:a', 'b')).not.toBe(key('1', 'a:b'));
});
