import type { EventRow } from './events';
import type { Head, SegmentRow } from './head';
import type { Epoch, Segment } from './ids';
import { segmentEnd, segmentOf, segmentStart } from './ids';
import type { IndexRange } from './ranges';
import { RangeSet } from './ranges';
import type { Lease, LoggedLease } from './task';
import { foldTask } from './task';

/** A pending range: reserved, not yet known to be in the log, since a time of the lease clock. */
export interface PendingRange extends IndexRange {
  readonly since: number;
}

/**
 * What a projection holds of one queue: its size is what is in flight, never the backlog. The backlog
 * is implied: it is what is published above `fetched`, less the exceptions listed here.
 */
export interface QueueState {
  readonly epoch: Epoch;
  readonly segmentSize: number;
  /** Indices up to here are claimed in the log for this epoch. */
  readonly claimedTo: number;
  /** ALLOCATED: the highest index reserved. */
  readonly allocated: number;
  /** PUBLISHED: the highest index published; INDEX of `info`. */
  readonly published: number;
  /** FETCHED: the highest index handed out. */
  readonly fetched: number;
  /** The newest version given in this epoch. */
  readonly version: number;
  /** Some task carries a token, so an ack has to look. */
  readonly tokens: boolean;
  /** The lease clock, milliseconds since 1970; never goes back. */
  readonly clock: number;
  /** Segments folded or claimed in this epoch and not closed since, ascending. */
  readonly known: readonly Segment[];
  readonly pending: readonly PendingRange[];
  /** Indices that will never have a task. Final. */
  readonly gaps: readonly IndexRange[];
  readonly leases: readonly Lease[];
  /** Waiting again, at or below `fetched`. */
  readonly returned: readonly IndexRange[];
}

/** Folds the open segments of a log, row by row, into the state a projection of it must hold. */
export interface QueueFold {
  /** Rows in order of (index, epoch, version); a task may span two calls. */
  take(rows: readonly EventRow[]): void;
  state(): QueueState;
}

/** Which segments a fold has to read: all that are open and were claimed before the epoch was raised. */
export const segmentsToFold = (
  rows: readonly SegmentRow[],
  segmentSize: number,
  allocated: number,
): Segment[] =>
  rows
    .filter(
      ({ segment, status }) => status === 'open' && segmentEnd(segment, segmentSize) <= allocated,
    )
    .map(({ segment }) => segment)
    .sort((a, b) => a - b);

/**
 * @param head      the head after the epoch was raised
 * @param segments  the segment rows, read after the raise
 * @param allocated claimed_to as it was before the raise: any lower index may still be written
 * @param clock     the time of the projection's server, milliseconds since 1970
 */
export function foldQueue(
  head: Head,
  segments: readonly SegmentRow[],
  allocated: number,
  clock: number,
): QueueFold {
  const { segmentSize, claimedTo, epoch, rewinds } = head;
  const folded = segmentsToFold(segments, segmentSize, allocated);
  const ended = segments.filter(({ status }) => status !== 'open');

  const waiting = new RangeSet();
  const holes = new RangeSet(
    folded.map((s) => ({ from: segmentStart(s, segmentSize), to: segmentEnd(s, segmentSize) })),
  );
  const leases = new Map<string, LoggedLease>();
  // What is closed was handed out, and is outside known: no claim walks into it (ADR 8).
  const lastEnded = ended.reduce((last, { lastAdded }) => Math.max(last, lastAdded), 0);
  let fetched = lastEnded;
  let published = lastEnded;
  let newest = clock;
  let tokens = false;
  let task: EventRow[] = [];

  const endTask = (): void => {
    const index = task[0]?.index;
    if (index === undefined) return;
    const state = foldTask(task, rewinds);
    task = [];
    if (state.status === 'absent') return;
    holes.remove(index);
    published = Math.max(published, index);
    if (state.status === 'waiting') waiting.add(index);
    if (state.status !== 'waiting' || state.returned) fetched = Math.max(fetched, index);
    if (state.status === 'leased') keepNewestOfWorker(state.lease);
  };

  /** Two logged leases of one worker: the newest counts, the task of the other waits. */
  const keepNewestOfWorker = (lease: LoggedLease): void => {
    const other = leases.get(lease.workerId);
    if (!other) {
      leases.set(lease.workerId, lease);
      return;
    }
    const newer =
      lease.epoch > other.epoch || (lease.epoch === other.epoch && lease.version > other.version);
    if (newer) leases.set(lease.workerId, lease);
    waiting.add(newer ? other.index : lease.index);
  };

  return {
    take(rows) {
      for (const row of rows) {
        if (row.index !== task[0]?.index) endTask();
        task.push(row);
        newest = Math.max(newest, row.at);
        if (row.event.type === 'Added' && row.event.token) tokens = true;
      }
    },
    state() {
      endTask();
      return {
        epoch,
        segmentSize,
        claimedTo,
        allocated,
        published,
        fetched,
        version: 0,
        tokens,
        clock: newest,
        known: [...folded, ...claimedSince(allocated, claimedTo, segmentSize)],
        pending: holes.toArray().map((range) => ({ ...range, since: newest })),
        gaps: [],
        leases: [...leases.values()]
          .sort((a, b) => a.fetchedAt - b.fetchedAt || a.index - b.index)
          .map(({ index, leaseId, workerId, fetchedAt, leaseUntil }) => ({
            index,
            leaseId,
            workerId,
            fetchedAt,
            leaseUntil,
          })),
        returned: waiting.within(1, fetched),
      };
    },
  };
}

/** The state of a queue that was just created, in its first epoch. */
export const emptyQueue = (head: Head, clock: number): QueueState =>
  foldQueue(head, [], 0, clock).state();

/** The segments above `allocated` up to `claimedTo`. */
export function claimedSince(allocated: number, claimedTo: number, segmentSize: number): Segment[] {
  const segments: Segment[] = [];
  const last = segmentOf(claimedTo, segmentSize);
  for (let s = segmentOf(allocated + 1, segmentSize); s <= last; s = (s + 1) as Segment) {
    segments.push(s);
  }
  return segments;
}
