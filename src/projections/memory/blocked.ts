import type { Segment, TaskIndex } from '../../domain';
import { RangeSet, segmentEnd, segmentStart } from '../../domain';
import type { LiveQueue } from './liveQueue';
import { isKnown } from './liveQueue';

/**
 * Above `fetched`, a claim passes over what is pending, a gap, leased (after a rewind) or outside the
 * known segments. All of these are kept as one set, so that a claim passes over a run of them in one
 * step, however they alternate. The set is derived: each operation that blocks or frees an index says so.
 */
export function blockedOf(queue: Omit<LiveQueue, 'blocked'>): RangeSet {
  const { fetched, claimedTo, segmentSize, known, pending, gaps, leases } = queue;
  const blocked = new RangeSet();
  if (claimedTo > fetched) blocked.add(fetched + 1, claimedTo);
  for (const { from, to } of known.toArray()) {
    blocked.remove(
      segmentStart(from as Segment, segmentSize),
      segmentEnd(to as Segment, segmentSize),
    );
  }
  for (const { from, to } of [pending, gaps].flatMap((set) => set.within(fetched + 1, Infinity))) {
    blocked.add(from, to);
  }
  for (const { index } of leases.toArray()) if (index > fetched) blocked.add(index);
  return blocked;
}

export function block(queue: LiveQueue, from: number, to = from): void {
  if (to > queue.fetched) queue.blocked.add(Math.max(from, queue.fetched + 1), to);
}

/** Of an index that nobody holds. What is settled may never have been a task: it stays blocked then. */
export function unblock(queue: LiveQueue, index: TaskIndex): void {
  const { fetched, pending, gaps, blocked } = queue;
  if (index <= fetched || pending.has(index) || gaps.has(index)) return;
  if (isKnown(queue, index)) blocked.remove(index);
}

/** The lowest index above `fetched` that is not blocked. */
export function nextIndex({ fetched, blocked }: LiveQueue): TaskIndex {
  return ((blocked.at(fetched + 1)?.to ?? fetched) + 1) as TaskIndex;
}
