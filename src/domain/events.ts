import * as E from 'fp-ts/Either';
import * as t from 'io-ts';
import type { Epoch, TaskIndex, Version } from './ids';
import { LeaseId, WorkerId } from './ids';

/**
 * What can happen to a task, and to a queue (Rewound). An event is defined once, here: its type, its
 * encoder and its decoder come from the codec. `v` is the version of the codec, stored with the event.
 * Times are milliseconds since 1970 by the lease clock of the projection.
 */

/** A value was added. `token`: the owner wants `activity.completed` called when it is acked. */
export const Added = t.strict({
  type: t.literal('Added'),
  v: t.literal(1),
  token: t.boolean,
});

/** The task was leased to a worker until `leaseUntil`. Logged before the worker sees the value. */
export const Fetched = t.strict({
  type: t.literal('Fetched'),
  v: t.literal(1),
  leaseId: LeaseId,
  workerId: WorkerId,
  fetchedAt: t.number,
  leaseUntil: t.number,
});

/** The worker confirmed the task. Final, but for a rewind over it. */
export const Acked = t.strict({
  type: t.literal('Acked'),
  v: t.literal(1),
  leaseId: LeaseId,
  workerId: WorkerId,
});

/** A lease ran out and the task was taken back. */
export const Recovered = t.strict({
  type: t.literal('Recovered'),
  v: t.literal(1),
  leaseId: LeaseId,
});

/** All tasks above `last` wait again; their acks so far are annulled. */
export const Rewound = t.strict({
  type: t.literal('Rewound'),
  v: t.literal(1),
  last: t.number,
});

/**
 * Records: an audit finds them, nothing is decided by them and no fold reads them. They are kept beside
 * the events of the queue as a whole, so that a task and a segment stay what they were.
 */

/** An ack that named a lease was answered false. At most one for a lease, which gives it its place. */
export const Refused = t.strict({
  type: t.literal('Refused'),
  v: t.literal(1),
  leaseId: LeaseId,
  workerId: WorkerId,
  reason: t.union([
    t.literal('TaskAcked'),
    t.literal('TakenBack'),
    t.literal('WithAnother'),
    t.literal('OtherWorker'),
    t.literal('NotHeld'),
  ]),
});

/** Payloads were opened for somebody; written before the first was. `query`: what was asked for. */
export const Revealed = t.strict({
  type: t.literal('Revealed'),
  v: t.literal(1),
  by: t.string,
  query: t.string,
});

export type Added = t.TypeOf<typeof Added>;
export type Fetched = t.TypeOf<typeof Fetched>;
export type Acked = t.TypeOf<typeof Acked>;
export type Recovered = t.TypeOf<typeof Recovered>;
export type Rewound = t.TypeOf<typeof Rewound>;
export type Refused = t.TypeOf<typeof Refused>;
export type Revealed = t.TypeOf<typeof Revealed>;

export const TaskEvent = t.union([Added, Fetched, Acked, Recovered]);
export type TaskEvent = t.TypeOf<typeof TaskEvent>;

const RecordEvent = t.union([Refused, Revealed]);
export type RecordEvent = t.TypeOf<typeof RecordEvent>;

/** Whatever a log can hold. */
const AnyEvent = t.union([TaskEvent, Rewound, RecordEvent]);
export type AnyEvent = t.TypeOf<typeof AnyEvent>;

export const EVENT_TYPES = [Added, Fetched, Acked, Recovered, Rewound, Refused, Revealed].map(
  ({ type }) => type.props.type.value,
);

/** An event as the text that a log stores. */
export const encodeEvent = (event: AnyEvent): string => JSON.stringify(event);

/** The event of a stored text; left: why it is none. */
export const decodeEvent = (body: string): E.Either<string, TaskEvent> =>
  ADDED.get(body) ?? decodeBody(TaskEvent, body);
export const decodeRewound = (body: string): E.Either<string, Rewound> => decodeBody(Rewound, body);
export const decodeAny = (body: string): E.Either<string, AnyEvent> => decodeBody(AnyEvent, body);

/** There are two of them, and a fetch that reads its task meets no other: decoded once. */
const ADDED = new Map(
  [true, false].map((token) => {
    const added: TaskEvent = { type: 'Added', v: 1, token };
    return [encodeEvent(added), E.right(added)];
  }),
);

function decodeBody<A>(codec: t.Decoder<unknown, A>, body: string): E.Either<string, A> {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return E.left(`not JSON: ${body}`);
  }
  const event = codec.decode(json);
  return E.isRight(event) ? event : E.left(`not an event of a known type and version: ${body}`);
}

/** When and in which order something was decided: (epoch, version) orders the events of a queue. */
export interface Decided {
  readonly epoch: Epoch;
  readonly version: Version;
}

/**
 * One event of a task as it stands in the log. `payload` holds the sealed fields an owner wrote (value
 * and token in Added, result and error in Acked) and is null where none was written or none was asked for.
 */
export interface EventRow extends Decided {
  readonly index: TaskIndex;
  /** A time UUID: tells two rows apart that a split projection gave one version. */
  readonly eventId: string;
  /** When it was decided, by the lease clock. */
  readonly at: number;
  readonly event: TaskEvent;
  readonly keyId: string | null;
  readonly payload: Buffer | null;
}

/**
 * A row as it stands in the log, not decoded: whatever somebody changed in it shows, and an audit names a
 * damaged one and goes on. `index` is 0 for what is of the queue as a whole.
 */
export interface StoredRow {
  readonly index: number;
  readonly epoch: number;
  readonly version: number;
  readonly eventId: string;
  /** Of the event, as it is kept beside its body; '' where it is not. */
  readonly type: string;
  readonly at: number;
  readonly body: string;
  readonly keyId: string | null;
  readonly payload: Buffer | null;
}

/** A record with its place, of which there is one however often it is written. */
export interface RecordRow extends Decided {
  readonly eventId: string;
  readonly at: number;
  readonly event: RecordEvent;
}

export const isBefore = (a: Decided, b: Decided): boolean =>
  a.epoch < b.epoch || (a.epoch === b.epoch && a.version < b.version);
