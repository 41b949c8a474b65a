import type { QueueState } from '../../domain';
import { RangeSet } from '../../domain';
import { blockedOf } from './blocked';
import { startClock } from './leaseClock';
import { Leases } from './leases';
import type { LiveQueue } from './liveQueue';
import { PendingRanges } from './pendingRanges';

/** The queue of a folded state, at a time of this server. */
export function restored(state: QueueState, time: number): LiveQueue {
  const { epoch, segmentSize, claimedTo, allocated, published, fetched, version, tokens } = state;
  const leases = new Leases();
  for (const lease of state.leases) leases.take({ ...lease }, 0);
  const queue = {
    epoch,
    segmentSize,
    claimedTo,
    allocated,
    published,
    fetched,
    version,
    tokens,
    clock: startClock(time, state.clock),
    known: new RangeSet(state.known.map((segment) => ({ from: segment, to: segment }))),
    pending: new PendingRanges(state.pending),
    gaps: new RangeSet(state.gaps),
    returned: new RangeSet(state.returned),
    leases,
    round: 0,
    claimToldAt: null,
  };
  return { ...queue, blocked: blockedOf(queue) };
}
