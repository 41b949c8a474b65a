import type { Epoch, RangeSet, Version } from '../../domain';
import { segmentOf } from '../../domain';
import type { LeaseClock } from './leaseClock';
import type { Leases } from './leases';
import type { PendingRanges } from './pendingRanges';

/** A queue of an open epoch: what QueueState says, in the shape that keeps a round cheap. */
export interface LiveQueue {
  epoch: Epoch;
  readonly segmentSize: number;
  claimedTo: number;
  allocated: number;
  published: number;
  fetched: number;
  version: number;
  tokens: boolean;
  readonly clock: LeaseClock;
  /** Of segments, not of indices. */
  readonly known: RangeSet;
  readonly pending: PendingRanges;
  readonly gaps: RangeSet;
  readonly returned: RangeSet;
  readonly leases: Leases;
  /** Above `fetched`, what a claim passes over (see blocked.ts). */
  blocked: RangeSet;
  /** Counts rounds, so that what happened in this one can be told. */
  round: number;
  /** When a caller was last told to claim a segment; null: none was since the last claim. */
  claimToldAt: number | null;
}

/** Every decision has its own. */
export const nextVersion = (queue: LiveQueue): Version => ++queue.version as Version;

export const isKnown = (queue: LiveQueue, index: number): boolean =>
  queue.known.has(segmentOf(index, queue.segmentSize));
