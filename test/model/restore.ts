import type { Head, SegmentRow } from '../../src/domain';
import { foldQueue } from '../../src/domain';
import { byIndex } from './projection';
import type { Rules } from './rules';
import type { Row } from './rows';
import { compareRows } from './rows';
import type { Queue, SegmentStatus } from './world';
import { segmentOf, SEGMENT_SIZE } from './world';

export interface Read {
  readonly epoch: number;
  readonly claimedTo: number;
  readonly rewinds: Head['rewinds'];
  readonly segments: readonly SegmentStatus[];
  /** claimed_to before the raise. */
  readonly allocated: number;
  readonly rows: readonly Row[];
}

export const segmentsToRead = (segments: readonly SegmentStatus[], allocated: number): number[] =>
  segments.flatMap(({ status }, i) =>
    status === 'open' && (i + 1) * SEGMENT_SIZE <= allocated ? [i + 1] : [],
  );

/** The queue that a rebuild opens: the fold of the domain, less what is left out. */
export function restored(read: Read, identity: number, rules: Rules): Queue {
  const rows = [...read.rows].sort(compareRows);
  const head = { ...read, segmentSize: SEGMENT_SIZE, floor: 0, raisedBy: '' } as unknown as Head;
  const segments = read.segments.map(({ status, lastAdded }, i) => ({
    ...{ segment: i + 1, status, lastAdded, closedAt: 0 },
  })) as unknown as SegmentRow[];
  const fold = foldQueue(head, segments, read.allocated, 0);
  fold.take(rows);
  const state = fold.state();
  const queue: Queue = {
    ...{ epoch: read.epoch, identity, shut: false, version: 0 },
    claimedTo: state.claimedTo,
    allocated: state.allocated,
    published: state.published,
    fetched: state.fetched,
    known: state.known,
    pending: listed(state.pending),
    gaps: [],
    returned: listed(state.returned),
    leases: state.leases
      .map(({ workerId, index, leaseId }) => ({ worker: workerId, index, lease: leaseId }))
      .sort(byIndex),
  };
  if (!rules.keeps('holes are restored as pending')) {
    queue.gaps = queue.pending;
    queue.pending = [];
  }
  if (!rules.keeps('allocated starts at claimed_to')) {
    queue.allocated = queue.published;
    queue.pending = queue.pending.filter((index) => index <= queue.allocated);
  }
  const lowered =
    !rules.keeps('fetched starts at the last added of closed segments') ||
    !rules.keeps('the fold counts returned tasks as fetched');
  if (lowered) lowerFetched(queue, rows, rules, read.segments);
  return queue;
}

/** FETCHED as it is without the closed segments, or without tasks that were given back. */
function lowerFetched(
  queue: Queue,
  rows: readonly Row[],
  rules: Rules,
  segments: readonly SegmentStatus[],
): void {
  const held = new Set(queue.leases.map(({ index }) => index));
  const counted = rows
    .map(({ index }) => index)
    .filter((index) => !queue.returned.includes(index) || held.has(index))
    .filter((index) => index <= queue.fetched);
  const closed = rules.keeps('fetched starts at the last added of closed segments')
    ? segments.map(({ lastAdded }) => lastAdded)
    : [];
  const kept = rules.keeps('the fold counts returned tasks as fetched') ? queue.returned : [];
  queue.fetched = Math.max(0, ...counted, ...closed, ...kept);
  queue.returned = queue.returned.filter((index) => index <= queue.fetched);
}

function listed(ranges: readonly { from: number; to: number }[]): number[] {
  return ranges.flatMap(({ from, to }) =>
    Array.from({ length: to - from + 1 }, (_, i) => from + i),
  );
}

export const emptyQueue = (identity: number): Queue => ({
  ...{ epoch: 1, identity, shut: false, version: 0 },
  ...{ claimedTo: SEGMENT_SIZE, allocated: 0, published: 0, fetched: 0 },
  ...{ known: [segmentOf(1)], pending: [], gaps: [], returned: [], leases: [] },
});
