import type { RewindInPlace, Segment } from '../../domain';
import { blockedOf } from './blocked';
import type { LiveQueue } from './liveQueue';

/** Whether none was closed since they were read: then its gaps are forgotten, and only a rebuild can open it. */
export const areKnown = (
  { known, segmentSize, claimedTo }: LiveQueue,
  segments: readonly Segment[],
): boolean => segments.every((segment) => segment * segmentSize > claimedTo || known.has(segment));

/** Walking up from `last` meets every task above it again, so none of them needs to be listed. */
export function rewindInPlace(queue: LiveQueue, { to, last, reopened }: RewindInPlace): void {
  queue.epoch = to;
  queue.version = 0;
  queue.fetched = Math.min(queue.fetched, last);
  queue.returned.remove(last + 1, Infinity);
  for (const segment of reopened) queue.known.add(segment);
  queue.claimToldAt = null; // a claim under way was for the old epoch, and the log refuses it
  queue.blocked = blockedOf(queue);
}
