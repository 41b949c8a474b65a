import type { Held, Operation } from '../../../domain';
import type { LiveQueue } from '../liveQueue';
import { nextVersion } from '../liveQueue';

type Expired = Extract<Operation, { do: 'expired' }>;

export function expired(queue: LiveQueue, { max }: Expired, now: number): Held[] {
  const { leases, round, tokens } = queue;
  return leases.byLeaseUntil
    .oldestFirst(now, round, max)
    .map(({ lease }) => ({ lease, version: nextVersion(queue), tokens }));
}
