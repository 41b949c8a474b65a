import type { Operation, QueueInfo } from '../../../domain';
import { countOf } from '../../../domain';
import type { LiveQueue } from '../liveQueue';

type Info = Extract<Operation, { do: 'info' }>;

export function info(queue: LiveQueue, { leasesMax }: Info): QueueInfo {
  const { published, fetched, blocked, returned, leases, pending, gaps } = queue;
  const above = Math.max(0, published - fetched) - countOf(blocked.within(fetched + 1, published));
  return {
    published,
    fetched,
    counts: {
      waiting: above + returned.size,
      leased: leases.size,
      returned: returned.size,
      pending: pending.size,
      gaps: gaps.size,
    },
    leases: leases.toArray().slice(0, leasesMax),
  };
}
