import type {
  QueueId,
  RecordRow,
  Rewind,
  Segment,
  SegmentClosed,
  StoredSeal,
  TaskIndex,
} from '../../domain';
import { encodeEvent } from '../../domain';
import type { EncodedRow } from './chunks';
import { encodeRewinds } from './rows';
import type { Tables } from './schema';
import type { Bound } from './session';
import { bigint, double, int, once, text, uuid } from './wireForm';

/** Events of a queue as a whole are kept beside its segments, which are numbered from 1. */
const QUEUE_SEGMENT = -1;

/** Of a stored row, all columns but its payload. */
const STORED_CLOSED = 'task_index, epoch, version, event_id, type, at, body, key_id';

export type Statements = ReturnType<typeof statementsOn>;

/** All statements of the log, each prepared by the driver when it is first used. */
export function statementsOn({ directory, heads, events, seals, sealLists }: Tables) {
  const bind =
    <P extends unknown[]>(query: string, order: (...parameters: P) => unknown[]) =>
    (...parameters: P): Bound => ({ query, params: order(...parameters) });
  const ofQueue = ({ ownerId, serviceId }: QueueId): unknown[] => [ownerId, serviceId];
  const insertWithoutPayload = `
    INSERT INTO ${events} (owner, service, segment, task_index, epoch, version, event_id, type,
    at, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
  const insertWithPayload = `
    INSERT INTO ${events} (owner, service, segment, task_index, epoch, version, event_id, type,
    at, body, key_id, payload) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

  return {
    look: bind(
      `SELECT epoch, claimed_to, segment_size FROM ${heads} WHERE owner = ? AND service = ? LIMIT 1`,
      ofQueue,
    ),

    head: bind(
      `SELECT epoch, raised_by, claimed_to, floor, segment_size, rewinds
       FROM ${heads} WHERE owner = ? AND service = ? LIMIT 1`,
      ofQueue,
    ),

    segments: bind(
      `SELECT segment, status, last_added, closed_at FROM ${heads} WHERE owner = ? AND service = ?`,
      ofQueue,
    ),

    segment: bind(
      `SELECT segment, status, last_added, closed_at FROM ${heads}
       WHERE owner = ? AND service = ? AND segment = ?`,
      (queue: QueueId, segment: Segment) => [...ofQueue(queue), segment],
    ),

    /** `floor <= ?` does not hold where floor is null, so it starts at 0. */
    create: bind(
      `UPDATE ${heads} SET epoch = 1, raised_by = ?, claimed_to = ?, floor = 0, segment_size = ?,
       rewinds = {} WHERE owner = ? AND service = ? IF epoch = null`,
      (queue: QueueId, raisedBy: string, segmentSize: number) => [
        raisedBy,
        segmentSize,
        segmentSize,
        ...ofQueue(queue),
      ],
    ),

    claim: bind(
      `UPDATE ${heads} SET claimed_to = ? WHERE owner = ? AND service = ?
       IF epoch = ? AND claimed_to = ?`,
      (queue: QueueId, claimedTo: number, read: { epoch: number; claimedTo: number }) => [
        claimedTo,
        ...ofQueue(queue),
        read.epoch,
        read.claimedTo,
      ],
    ),

    raise: bind(
      `UPDATE ${heads} SET epoch = ?, raised_by = ?, claimed_to = ? WHERE owner = ? AND service = ?
       IF epoch = ? AND claimed_to = ?`,
      (
        queue: QueueId,
        to: { epoch: number; raisedBy: string; claimedTo: number },
        read: { epoch: number; claimedTo: number },
      ) => [to.epoch, to.raisedBy, to.claimedTo, ...ofQueue(queue), read.epoch, read.claimedTo],
    ),

    rewind: bind(
      `UPDATE ${heads} SET epoch = ?, raised_by = ?, rewinds = ? WHERE owner = ? AND service = ?
       IF epoch = ? AND claimed_to = ? AND floor <= ?`,
      (
        queue: QueueId,
        to: { epoch: number; raisedBy: string; rewinds: readonly Rewind[]; last: number },
        read: { epoch: number; claimedTo: number },
      ) => [
        to.epoch,
        to.raisedBy,
        encodeRewinds(to.rewinds),
        ...ofQueue(queue),
        read.epoch,
        read.claimedTo,
        to.last,
      ],
    ),

    raiseFloor: bind(
      `UPDATE ${heads} SET floor = ? WHERE owner = ? AND service = ? IF epoch = ? AND floor = ?`,
      (queue: QueueId, floor: number, read: { epoch: number; floor: number }) => [
        floor,
        ...ofQueue(queue),
        read.epoch,
        read.floor,
      ],
    ),

    /** Part of a conditional batch. */
    openSegment: bind(
      `INSERT INTO ${heads} (owner, service, segment, status, last_added)
       VALUES (?, ?, ?, 'open', 0)`,
      (queue: QueueId, segment: Segment) => [...ofQueue(queue), segment],
    ),

    /** As `openSegment`, of one that may have been closed: its null would be a tombstone in each new one. */
    reopenSegment: bind(
      `INSERT INTO ${heads} (owner, service, segment, status, last_added, closed_at)
       VALUES (?, ?, ?, 'open', 0, null)`,
      (queue: QueueId, segment: Segment) => [...ofQueue(queue), segment],
    ),

    closeSegment: bind(
      `UPDATE ${heads} SET status = 'closed', last_added = ?, closed_at = ?
       WHERE owner = ? AND service = ? AND segment = ? IF status = 'open' AND epoch = ?`,
      (queue: QueueId, segment: Segment, { lastAdded, closedAt }: SegmentClosed, epoch: number) => [
        lastAdded,
        closedAt,
        ...ofQueue(queue),
        segment,
        epoch,
      ],
    ),

    dropSegment: bind(
      `UPDATE ${heads} SET status = 'dropped'
       WHERE owner = ? AND service = ? AND segment = ? IF status = 'closed'`,
      (queue: QueueId, segment: Segment) => [...ofQueue(queue), segment],
    ),

    /** Of one segment, one statement a row. */
    insertEvents(
      { ownerId, serviceId }: QueueId,
      segment: Segment,
      rows: readonly EncodedRow[],
    ): Bound[] {
      const partition = [text(ownerId), text(serviceId), int(segment)];
      const [epochs, types, times, keyIds] = [once(int), once(text), once(double), once(text)];
      return rows.map(({ row, body }) => {
        const params: (Buffer | null)[] = [
          ...partition,
          bigint(row.index),
          epochs(row.epoch),
          bigint(row.version),
          uuid(row.eventId),
          types(row.event.type),
          times(row.at),
          text(body),
        ];
        // A null would be a tombstone.
        if (row.payload === null && row.keyId === null) {
          return { query: insertWithoutPayload, params };
        }
        params.push(row.keyId === null ? null : keyIds(row.keyId), row.payload);
        return { query: insertWithPayload, params };
      });
    },

    insertRewound: bind(
      `INSERT INTO ${events} (owner, service, segment, task_index, epoch, version, event_id, type,
       at, body) VALUES (?, ?, ${String(QUEUE_SEGMENT)}, 0, ?, 0, ?, 'Rewound', ?, ?)`,
      (queue: QueueId, eventId: string, { epoch, last, at }: Rewind) => [
        ...ofQueue(queue),
        epoch,
        eventId,
        at,
        encodeEvent({ type: 'Rewound', v: 1, last }),
      ],
    ),

    deleteEvents: bind(
      `DELETE FROM ${events} WHERE owner = ? AND service = ? AND segment = ?`,
      (queue: QueueId, segment: Segment) => [...ofQueue(queue), segment],
    ),

    slice: bind(
      `SELECT task_index, epoch, version, event_id, at, body, key_id, payload FROM ${events}
       WHERE owner = ? AND service = ? AND segment = ? AND task_index >= ? AND task_index <= ?`,
      (queue: QueueId, segment: Segment, from: number, to: number) => [
        ...ofQueue(queue),
        segment,
        from,
        to,
      ],
    ),

    scan: bind(
      `SELECT task_index, epoch, version, event_id, at, body, key_id FROM ${events}
       WHERE owner = ? AND service = ? AND segment = ?`,
      (queue: QueueId, segment: Segment) => [...ofQueue(queue), segment],
    ),

    /** All columns, whatever somebody made of the task's index. */
    stored: bind(
      `SELECT ${STORED_CLOSED}, payload FROM ${events}
       WHERE owner = ? AND service = ? AND segment = ?`,
      (queue: QueueId, segment: Segment) => [...ofQueue(queue), segment],
    ),

    /** The same without payloads. */
    storedClosed: bind(
      `SELECT ${STORED_CLOSED} FROM ${events}
       WHERE owner = ? AND service = ? AND segment = ?`,
      (queue: QueueId, segment: Segment) => [...ofQueue(queue), segment],
    ),

    storedOfTask: bind(
      `SELECT ${STORED_CLOSED}, payload FROM ${events}
       WHERE owner = ? AND service = ? AND segment = ? AND task_index = ?`,
      (queue: QueueId, segment: Segment, task: TaskIndex) => [...ofQueue(queue), segment, task],
    ),

    /** The same without payloads. */
    storedOfTaskClosed: bind(
      `SELECT ${STORED_CLOSED} FROM ${events}
       WHERE owner = ? AND service = ? AND segment = ? AND task_index = ?`,
      (queue: QueueId, segment: Segment, task: TaskIndex) => [...ofQueue(queue), segment, task],
    ),

    seals: bind(
      `SELECT number, segment, body, signature FROM ${seals}
       WHERE owner = ? AND service = ? AND number > ?`,
      (queue: QueueId, after: number) => [...ofQueue(queue), after],
    ),

    seal: bind(
      `SELECT number, segment, body, signature FROM ${seals}
       WHERE owner = ? AND service = ? AND number = ?`,
      (queue: QueueId, number: number) => [...ofQueue(queue), number],
    ),

    firstSeal: bind(
      `UPDATE ${seals} SET sealed_to = 1 WHERE owner = ? AND service = ? IF sealed_to = null`,
      ofQueue,
    ),

    nextSeal: bind(
      `UPDATE ${seals} SET sealed_to = ? WHERE owner = ? AND service = ? IF sealed_to = ?`,
      (queue: QueueId, number: number) => [number, ...ofQueue(queue), number - 1],
    ),

    /** Part of a conditional batch. */
    insertSeal: bind(
      `INSERT INTO ${seals} (owner, service, number, segment, body, signature)
       VALUES (?, ?, ?, ?, ?, ?)`,
      (queue: QueueId, { number, segment, body, signature }: StoredSeal) => [
        ...ofQueue(queue),
        number,
        segment,
        body,
        signature,
      ],
    ),

    insertSealPart: bind(
      `INSERT INTO ${sealLists} (owner, service, number, hash, part, bytes)
       VALUES (?, ?, ?, ?, ?, ?)`,
      (queue: QueueId, number: number, hash: string, part: number, bytes: Buffer) => [
        ...ofQueue(queue),
        number,
        hash,
        part,
        bytes,
      ],
    ),

    sealList: bind(
      `SELECT bytes FROM ${sealLists} WHERE owner = ? AND service = ? AND number = ? AND hash = ?`,
      (queue: QueueId, number: number, hash: string) => [...ofQueue(queue), number, hash],
    ),

    /** Rewinds and records. */
    ofQueue: bind(
      `SELECT ${STORED_CLOSED} FROM ${events}
       WHERE owner = ? AND service = ? AND segment = ${String(QUEUE_SEGMENT)}`,
      ofQueue,
    ),

    recordAt: bind(
      `SELECT epoch FROM ${events} WHERE owner = ? AND service = ?
       AND segment = ${String(QUEUE_SEGMENT)} AND task_index = 0 AND epoch = ? AND version = ?
       AND event_id = ?`,
      (queue: QueueId, { epoch, version, eventId }: RecordRow) => [
        ...ofQueue(queue),
        epoch,
        version,
        eventId,
      ],
    ),

    insertRecord: bind(
      `INSERT INTO ${events} (owner, service, segment, task_index, epoch, version, event_id, type,
       at, body) VALUES (?, ?, ${String(QUEUE_SEGMENT)}, 0, ?, ?, ?, ?, ?, ?)`,
      (queue: QueueId, { epoch, version, eventId, at, event }: RecordRow) => [
        ...ofQueue(queue),
        epoch,
        version,
        eventId,
        event.type,
        at,
        encodeEvent(event),
      ],
    ),

    listQueue: bind(
      `INSERT INTO ${directory} (bucket, owner, service) VALUES (?, ?, ?)`,
      (queue: QueueId, bucket: number) => [bucket, ...ofQueue(queue)],
    ),

    queuesOf: bind(
      `SELECT owner, service FROM ${directory} WHERE bucket = ? LIMIT ?`,
      (bucket: number, max: number) => [bucket, max],
    ),

    queuesAfter: bind(
      `SELECT owner, service FROM ${directory}
       WHERE bucket = ? AND (owner, service) > (?, ?) LIMIT ?`,
      (bucket: number, after: QueueId, max: number) => [bucket, ...ofQueue(after), max],
    ),
  };
}
