import * as t from 'io-ts';

/**
 * Identifiers are branded, so that swapping two of them does not compile. The codecs check what an
 * identifier must be wherever it comes from outside: a log row, a worker, a projection.
 */

export interface TaskIndexBrand {
  readonly TaskIndex: unique symbol;
}
export interface EpochBrand {
  readonly Epoch: unique symbol;
}
export interface VersionBrand {
  readonly Version: unique symbol;
}
export interface SegmentBrand {
  readonly Segment: unique symbol;
}
export interface LeaseIdBrand {
  readonly LeaseId: unique symbol;
}
export interface OwnerIdBrand {
  readonly OwnerId: unique symbol;
}
export interface ServiceIdBrand {
  readonly ServiceId: unique symbol;
}
export interface WorkerIdBrand {
  readonly WorkerId: unique symbol;
}

const isNatural = (n: number): boolean => Number.isSafeInteger(n) && n >= 0;

/** Number of a task in its queue, from 1. */
export const TaskIndex = t.brand(
  t.number,
  (n): n is t.Branded<number, TaskIndexBrand> => isNatural(n) && n >= 1,
  'TaskIndex',
);
export type TaskIndex = t.TypeOf<typeof TaskIndex>;

/** Number raised at each rebuild or rewind of a queue, from 1. */
export const Epoch = t.brand(
  t.number,
  (n): n is t.Branded<number, EpochBrand> => isNatural(n) && n >= 1,
  'Epoch',
);
export type Epoch = t.TypeOf<typeof Epoch>;

/** Number the projection gives each decision within an epoch, from 1; a rewind has version 0. */
export const Version = t.brand(
  t.number,
  (n): n is t.Branded<number, VersionBrand> => isNatural(n),
  'Version',
);
export type Version = t.TypeOf<typeof Version>;

/** Number of a segment (a run of consecutive indices, one partition of the log), from 1. */
export type Segment = t.Branded<number, SegmentBrand>;

export const LEASE_ID = /^[1-9]\d{0,15}\.[1-9]\d{0,15}\.[1-9]\d{0,15}$/;

/** `index.epoch.version` of the first Fetched of a lease, so that a stale lease still names its task. */
export const LeaseId = t.brand(
  t.string,
  (s): s is t.Branded<string, LeaseIdBrand> => LEASE_ID.test(s),
  'LeaseId',
);
export type LeaseId = t.TypeOf<typeof LeaseId>;

export type OwnerId = t.Branded<string, OwnerIdBrand>;
export type ServiceId = t.Branded<string, ServiceIdBrand>;

export const WorkerId = t.brand(
  t.string,
  (s): s is t.Branded<string, WorkerIdBrand> => s.length > 0,
  'WorkerId',
);
export type WorkerId = t.TypeOf<typeof WorkerId>;

/** A queue is the tasks of one owner for one external service. */
export interface QueueId {
  readonly ownerId: OwnerId;
  readonly serviceId: ServiceId;
}

/** One string per queue: the length in front keeps `a:b`+`c` and `a`+`b:c` apart. */
export const queueKey = ({ ownerId, serviceId }: QueueId): string =>
  `${String(ownerId.length)}:${ownerId}:${serviceId}`;

export const leaseIdOf = (index: TaskIndex, epoch: Epoch, version: Version): LeaseId =>
  `${String(index)}.${String(epoch)}.${String(version)}` as LeaseId;

export const segmentOf = (index: number, segmentSize: number): Segment =>
  Math.ceil(index / segmentSize) as Segment;
export const segmentStart = (segment: Segment, segmentSize: number): TaskIndex =>
  ((segment - 1) * segmentSize + 1) as TaskIndex;
export const segmentEnd = (segment: Segment, segmentSize: number): TaskIndex =>
  (segment * segmentSize) as TaskIndex;
