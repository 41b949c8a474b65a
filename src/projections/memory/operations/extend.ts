import type { Operation } from '../../../domain';
import { segmentOf } from '../../../domain';
import type { LiveQueue } from '../liveQueue';

type Extend = Extract<Operation, { do: 'extend' }>;

export function extend(queue: LiveQueue, { claimedTo }: Extend): 'OK' {
  if (claimedTo <= queue.claimedTo) return 'OK';
  queue.known.add(
    segmentOf(queue.claimedTo + 1, queue.segmentSize),
    segmentOf(claimedTo, queue.segmentSize),
  );
  queue.claimedTo = claimedTo;
  queue.claimToldAt = null;
  return 'OK';
}
