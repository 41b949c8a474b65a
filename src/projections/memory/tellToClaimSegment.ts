import type { LiveQueue } from './liveQueue';

/** How long the caller that was told has for it, before another one is. */
const ALONE_MS = 5000;

/**
 * Whether this caller should claim the next segment: early, at half a segment left, so that no add has
 * to wait for it, and one caller at a time, since a claim too many is only wasted numbers.
 */
export function tellToClaimSegment(queue: LiveQueue, now: number, wanted: boolean): boolean {
  const { claimedTo, allocated, segmentSize, claimToldAt } = queue;
  if (!wanted && claimedTo - allocated >= segmentSize / 2) return false;
  if (claimToldAt !== null && now - claimToldAt < ALONE_MS) return false;
  queue.claimToldAt = now;
  return true;
}
