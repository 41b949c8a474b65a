import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type {
  Confirmation,
  Epoch,
  EventRow,
  Head,
  HeadChange,
  Log,
  QueueId,
  RecordRow,
  RewindChange,
  Segment,
} from '../../../src/domain';
import { QueueError } from '../../../src/domain';
import { closed, queueOf, timeUuid } from '../../support/rows';

export const SEGMENT_SIZE = 8;

/** A queue that no other test has. */
export const newQueue = (): QueueId => queueOf(`owner ${randomUUID()}`, 'service');

export async function createdQueue(log: Log, segmentSize = SEGMENT_SIZE): Promise<QueueId> {
  const queue = newQueue();
  await log.createQueue(queue, { segmentSize, raisedBy: 'creator' });
  return queue;
}

export async function headOf(log: Log, queue: QueueId): Promise<Head> {
  const head = await log.head(queue);
  if (!head) throw new Error('The queue has no head');
  return head;
}

/** Claims until the queue has so many segments. */
export async function claimSegments(log: Log, queue: QueueId, count: number): Promise<Head> {
  let head = await headOf(log, queue);
  while (head.claimedTo < count * head.segmentSize) {
    head = (await log.claimSegment(queue, head)).head;
  }
  return head;
}

export async function raise(
  log: Log,
  queue: QueueId,
  raisedBy: string = randomUUID(),
): Promise<Head> {
  const change = await log.raise(queue, await headOf(log, queue), raisedBy);
  if (!change.applied) throw new Error('The epoch was not raised');
  return change.head;
}

export function rewindOf(head: Head, last: number, raisedBy: string = randomUUID()): RewindChange {
  const rewind = { epoch: (head.epoch + 1) as Epoch, last, at: 1_700_000_000_000 + head.epoch };
  return { rewind, rewinds: [...head.rewinds, rewind], raisedBy, eventId: timeUuid(head.epoch) };
}

export async function rewind(log: Log, queue: QueueId, last: number): Promise<HeadChange> {
  const head = await headOf(log, queue);
  return log.rewind(queue, head, rewindOf(head, last));
}

/** Closes the segment, then drops it. */
export async function dropped(log: Log, queue: QueueId, segment: Segment): Promise<boolean> {
  const { epoch } = await headOf(log, queue);
  await log.closeSegment(queue, epoch, segment, closed(1));
  return log.dropSegment(queue, epoch, segment);
}

/** Appends one batch and insists on its confirmation. */
export async function append(
  log: Log,
  queue: QueueId,
  rows: readonly EventRow[],
  epoch = 1 as Epoch,
): Promise<void> {
  expect(await log.append(queue, epoch, [rows])).toEqual<Confirmation[]>([{ type: 'confirmed' }]);
}

/** All rows of a segment, however they are paged. */
export async function scanned(log: Log, queue: QueueId, segment: Segment): Promise<EventRow[]> {
  const rows: EventRow[] = [];
  for await (const page of log.scan(queue, segment)) rows.push(...page);
  return rows;
}

/** All of what comes in batches. */
export async function allOf<Row>(pages: AsyncIterable<readonly Row[]>): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const page of pages) rows.push(...page);
  return rows;
}

export const revealedRow = (n: number): RecordRow => ({
  epoch: 1 as Epoch,
  version: 0 as RecordRow['version'],
  eventId: timeUuid(n),
  at: 1_700_000_000_000 + n,
  event: { type: 'Revealed', v: 1, by: 'auditor', query: '{}' },
});

export const readAll = (log: Log, queue: QueueId): Promise<readonly EventRow[]> =>
  log.read(queue, [{ from: 1, to: 1_000_000 }]);

/** From now on no confirmation rests on a read of the epoch made before. */
export async function epochLeasesEnd({ epochLeaseMs }: Log): Promise<void> {
  // Where there is none, what follows has to hold at once.
  if (epochLeaseMs > 0) await wait(epochLeaseMs * 1.2);
}

/** The error that a call ends in, which must be one that callers can tell apart. */
export async function typedError(call: () => Promise<unknown>): Promise<QueueError> {
  const error: unknown = await call().then(
    () => new Error('The call did not fail'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof QueueError)) throw error;
  return error;
}

/** Rows in the order that the port promises; of two with one (epoch, version) either may come first. */
export const isOrdered = (rows: readonly EventRow[]): boolean =>
  rows.every((row, i) => {
    const before = rows[i - 1];
    return before === undefined || compare(before, row) <= 0;
  });

export const sorted = (rows: Iterable<EventRow>): EventRow[] =>
  [...rows].sort((a, b) => compare(a, b) || (a.eventId < b.eventId ? -1 : 1));

const compare = (a: EventRow, b: EventRow): number =>
  a.index - b.index || a.epoch - b.epoch || a.version - b.version;
