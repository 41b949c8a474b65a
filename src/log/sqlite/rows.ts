import * as E from 'fp-ts/Either';
import * as t from 'io-ts';
import type {
  EventRow,
  Head,
  QueueId,
  Rewind,
  RewoundRow,
  Segment,
  SegmentRow,
  StoredRow,
  StoredSeal,
  TaskIndex,
  Version,
} from '../../domain';
import { decodeEvent, decodeRewound, Epoch } from '../../domain';
import { CorruptRow } from '../corruptRow';
import type {
  EventColumns,
  HeadColumns,
  RewoundColumns,
  SealColumns,
  SegmentColumns,
  StoredColumns,
} from './statements';

export function toEventRow(queue: QueueId, columns: EventColumns): EventRow {
  const [index, epoch, version, eventId, at, body, keyId, payload] = columns;
  const event = decodeEvent(body);
  if (E.isLeft(event)) throw new CorruptRow(queue, { index, epoch, version }, event.left);
  return {
    index: index as TaskIndex,
    epoch: epoch as Epoch,
    version: version as Version,
    eventId,
    at,
    event: event.right,
    keyId,
    payload,
  };
}

export function toRewoundRow(queue: QueueId, columns: RewoundColumns): RewoundRow {
  const [epoch, version, at, body] = columns;
  const event = decodeRewound(body);
  if (E.isLeft(event)) throw new CorruptRow(queue, { epoch, version }, event.left);
  return { epoch: epoch as Epoch, version: version as Version, at, event: event.right };
}

export function toHead(queue: QueueId, columns: HeadColumns): Head {
  const [epoch, raisedBy, claimedTo, floor, segmentSize, rewinds] = columns;
  return {
    epoch: epoch as Epoch,
    raisedBy,
    claimedTo,
    floor,
    segmentSize,
    rewinds: decodeRewinds(queue, epoch, rewinds),
  };
}

export const toSegmentRow = ([
  segment,
  status,
  lastAdded,
  closedAt,
]: SegmentColumns): SegmentRow => ({
  segment: segment as Segment,
  // The table takes no other word.
  status: status as SegmentRow['status'],
  lastAdded,
  closedAt,
});

export const toStoredRow = (columns: StoredColumns): StoredRow => {
  const [index, epoch, version, eventId, type, at, body, keyId, payload] = columns;
  return { index, epoch, version, eventId, type, at, body, keyId, payload };
};

export const toStoredSeal = ([number, segment, body, signature]: SealColumns): StoredSeal => ({
  number,
  segment: segment as Segment,
  body,
  signature,
});

const Rewinds = t.readonlyArray(t.strict({ epoch: Epoch, last: t.number, at: t.number }));

export const encodeRewinds = (rewinds: readonly Rewind[]): string => JSON.stringify(rewinds);

function decodeRewinds(queue: QueueId, epoch: number, text: string): readonly Rewind[] {
  if (text === '[]') return [];
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new CorruptRow(queue, { epoch }, 'the rewinds of the head are not JSON');
  }
  const rewinds = Rewinds.decode(json);
  if (E.isLeft(rewinds)) {
    throw new CorruptRow(queue, { epoch }, 'the rewinds of the head are none this release knows');
  }
  return rewinds.right;
}
