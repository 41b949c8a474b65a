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

export type Added = t.TypeOf<typeof Added>;
export type Fetched = t.TypeOf<typeof Fetched>;
export type Acked = t.TypeOf<typeof Acked>;
export type Recovered = t.TypeOf<typeof Recovered>;
export type Rewound = t.TypeOf<typeof Rewound>;

export const TaskEvent = t.union([Added, Fetched, Acked, Recovered]);
export type TaskEvent = t.TypeOf<typeof TaskEvent>;

/** An event as the text that a log stores. */
export const encodeEvent = (event: TaskEvent | Rewound): string => JSON.stringify(event);

/** The event of a stored text; left: why it is none. */
export const decodeEvent = (body: string): E.Either<string, TaskEvent> =>
  decodeBody(TaskEvent, body);
export const decodeRewound = (body: string): E.Either<string, Rewound> => decodeBody(Rewound, body);

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

export const isBefore = (a: Decided, b: Decided): boolean =>
  a.epoch < b.epoch || (a.epoch === b.epoch && a.version < b.version);
