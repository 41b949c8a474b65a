import { types } from 'cassandra-driver';
import * as E from 'fp-ts/Either';
import type {
  Epoch,
  EventRow,
  Head,
  QueueId,
  Rewind,
  RewoundRow,
  Segment,
  SegmentRow,
  StoredRow,
  TaskIndex,
  Version,
} from '../../domain';
import { decodeEvent, decodeRewound } from '../../domain';
import { CorruptRow } from '../corruptRow';
import type { EventColumns, HeadColumns, SegmentColumns, StoredColumns } from './columns';

export function toEventRow(queue: QueueId, columns: EventColumns): EventRow {
  const index = columns.task_index.toNumber() as TaskIndex;
  const version = columns.version.toNumber() as Version;
  const epoch = columns.epoch as Epoch;
  const event = decodeEvent(columns.body);
  if (E.isLeft(event)) throw new CorruptRow(queue, { index, epoch, version }, event.left);
  return {
    index,
    epoch,
    version,
    eventId: columns.event_id.toString(),
    at: columns.at,
    event: event.right,
    keyId: columns.key_id,
    payload: columns.payload ?? null,
  };
}

export function toRewoundRow(queue: QueueId, columns: EventColumns): RewoundRow {
  const epoch = columns.epoch as Epoch;
  const version = columns.version.toNumber() as Version;
  const event = decodeRewound(columns.body);
  if (E.isLeft(event)) throw new CorruptRow(queue, { epoch, version }, event.left);
  return { epoch, version, at: columns.at, event: event.right };
}

export const toHead = (columns: HeadColumns): Head => ({
  epoch: columns.epoch as Epoch,
  raisedBy: columns.raised_by,
  claimedTo: columns.claimed_to.toNumber(),
  floor: columns.floor.toNumber(),
  segmentSize: columns.segment_size,
  rewinds: decodeRewinds(columns.rewinds),
});

export const toSegmentRow = (columns: SegmentColumns): SegmentRow => ({
  segment: columns.segment as Segment,
  status: columns.status as SegmentRow['status'],
  lastAdded: columns.last_added.toNumber(),
  closedAt: columns.closed_at,
});

export const toStoredRow = (columns: StoredColumns): StoredRow => ({
  index: columns.task_index.toNumber(),
  epoch: columns.epoch,
  version: columns.version.toNumber(),
  eventId: columns.event_id.toString(),
  type: columns.type ?? '',
  at: columns.at ?? 0,
  body: columns.body ?? '',
  keyId: columns.key_id,
  payload: columns.payload ?? null,
});

/** By epoch: the map keeps them in that order. */
export const encodeRewinds = (rewinds: readonly Rewind[]): Map<number, types.Tuple> =>
  new Map(rewinds.map(({ epoch, last, at }) => [epoch, new types.Tuple(last, at)]));

/** An empty map may come back as null. */
const decodeRewinds = (rewinds: HeadColumns['rewinds']): readonly Rewind[] =>
  [...(rewinds ?? [])].map(([epoch, pair]) => ({
    epoch: epoch as Epoch,
    last: Number(pair.get(0)),
    at: Number(pair.get(1)),
  }));
