import type {
  Epoch,
  EventRow,
  OwnerId,
  QueueId,
  SealList,
  Segment,
  SegmentClosed,
  ServiceId,
  StoredRow,
  StoredSeal,
  TaskEvent,
  TaskIndex,
  Version,
  WorkerId,
} from '../../src/domain';
import { encodeEvent, leaseIdOf } from '../../src/domain';

/** Branded values and single rows of a log, for tests that need them without a story around. */

export const queueOf = (ownerId: string, serviceId: string): QueueId => ({
  ownerId: ownerId as OwnerId,
  serviceId: serviceId as ServiceId,
});
export const epoch = (n: number): Epoch => n as Epoch;
export const segment = (n: number): Segment => n as Segment;

/** A closing whose last added index is this. */
export const closed = (lastAdded: number): SegmentClosed => ({
  lastAdded,
  closedAt: 1_700_000_000_000 + lastAdded,
});

/** A seal and a list as a log takes them, signed by nobody. */
export const sealOf = (number: number, of = 1, body = `seal ${String(number)}`): StoredSeal => ({
  number,
  segment: of as Segment,
  body,
  signature: `signature of ${body}`,
});
export const listOf = (text: string): SealList => ({
  hash: `hash of ${text.slice(0, 20)}`,
  bytes: Buffer.from(text),
});

/** A time UUID that differs for each n. */
export function timeUuid(n: number): string {
  const time = n.toString(16).padStart(12, '0');
  return `${time.slice(4)}-${time.slice(0, 4)}-1000-8000-0242ac110002`;
}

interface RowFields {
  readonly epoch?: number;
  readonly version?: number;
  readonly eventId?: string;
  readonly at?: number;
  readonly keyId?: string | null;
  readonly payload?: Buffer | null;
}

/** An Added with a small payload, unless told otherwise. The version defaults to the index. */
export function rowOf(index: number, fields: RowFields = {}, event: TaskEvent = added): EventRow {
  const version = fields.version ?? index;
  const { payload = event.type === 'Added' ? Buffer.from(`value ${String(index)}`) : null } =
    fields;
  return {
    index: index as TaskIndex,
    epoch: (fields.epoch ?? 1) as Epoch,
    version: version as Version,
    eventId: fields.eventId ?? timeUuid(version),
    at: fields.at ?? 1_700_000_000_000 + version,
    event,
    keyId: fields.keyId === undefined ? (payload === null ? null : 'key-1') : fields.keyId,
    payload,
  };
}

/** A row as a log stores it. */
export const encoded = ({ event, ...row }: EventRow): StoredRow => ({
  ...row,
  type: event.type,
  body: encodeEvent(event),
});

export const rowsOf = (from: number, to: number, fields: RowFields = {}): EventRow[] =>
  Array.from({ length: to - from + 1 }, (_, i) => rowOf(from + i, fields));

const leaseId = leaseIdOf(1 as TaskIndex, 1 as Epoch, 2 as Version);
const workerId = 'worker-1' as WorkerId;

export const added: TaskEvent = { type: 'Added', v: 1, token: false };
export const addedWithToken: TaskEvent = { type: 'Added', v: 1, token: true };
export const fetched: TaskEvent = {
  type: 'Fetched',
  v: 1,
  leaseId,
  workerId,
  fetchedAt: 1_700_000_000_000,
  leaseUntil: 1_700_000_060_000,
};
export const acked: TaskEvent = { type: 'Acked', v: 1, leaseId, workerId };
export const recovered: TaskEvent = { type: 'Recovered', v: 1, leaseId };
