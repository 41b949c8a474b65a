import type { Held, Operation } from '../../../domain';
import type { LiveQueue } from '../liveQueue';
import { nextVersion } from '../liveQueue';

type Holding = Extract<Operation, { do: 'holding' }>;

/**
 * A lease that a claim made in this round is not in the log yet, and its worker has not seen it: no ack
 * can mean it.
 */
export function holding(queue: LiveQueue, { workerId, leaseId }: Holding): Held | null {
  const held = queue.leases.ofWorker(workerId);
  if (!held || held.madeIn === queue.round) return null;
  if (leaseId !== null && held.lease.leaseId !== leaseId) return null;
  held.askedIn = queue.round;
  return { lease: held.lease, version: nextVersion(queue), tokens: queue.tokens };
}
