import * as E from 'fp-ts/Either';
import type { Epoch, Segment } from './ids';
import type { Rewind } from './task';

/** The head of a queue: what the log says of the queue as a whole. Changed by conditional writes only. */
export interface Head {
  readonly epoch: Epoch;
  /** Names the attempt that raised the epoch, so that an attempt of unknown outcome can find out. */
  readonly raisedBy: string;
  /** The highest index of the segments claimed so far. */
  readonly claimedTo: number;
  /** Retention may have dropped everything up to here; a rewind below is refused. */
  readonly floor: number;
  /** Indices in one segment; fixed when the queue is created. */
  readonly segmentSize: number;
  /** By epoch, ascending. */
  readonly rewinds: readonly Rewind[];
}

export interface SegmentRow {
  readonly segment: Segment;
  readonly status: 'open' | 'closed' | 'dropped';
  /** The highest index with an Added, known once the segment is closed; 0 before or if there is none. */
  readonly lastAdded: number;
  /** By the lease clock; null: open, or closed by a release that did not note it. */
  readonly closedAt: number | null;
}

export const REWINDS_MAX = 1000;
/** No lease is longer than this, so older rewinds matter to acks only. */
export const TIME_TO_RECOVER_MAX_MS = 24 * 60 * 60 * 1000;

export type RewindRefusal =
  | { readonly type: 'BelowFloor'; readonly floor: number }
  | { readonly type: 'TooManyRewinds'; readonly max: number };

/**
 * The rewinds of the head after one more. An entry that reaches no lower than the new one annuls
 * nothing the new one does not; it goes once no lease taken between the two can be alive (ADR 6).
 */
export function decideRewind(
  head: Head,
  rewind: Rewind,
): E.Either<RewindRefusal, readonly Rewind[]> {
  if (rewind.last < head.floor) return E.left({ type: 'BelowFloor', floor: head.floor });
  const kept = head.rewinds.filter(
    ({ last, at }) => last < rewind.last || rewind.at - at < TIME_TO_RECOVER_MAX_MS,
  );
  if (kept.length >= REWINDS_MAX) return E.left({ type: 'TooManyRewinds', max: REWINDS_MAX });
  return E.right([...kept, rewind]);
}
