import type { Operation } from '../../../domain';
import { unblock } from '../blocked';
import type { LiveQueue } from '../liveQueue';

type Returned = Extract<Operation, { do: 'returned' }>;

export function returned(queue: LiveQueue, { index, leaseId }: Returned): 'OK' {
  const held = queue.leases.ofTask(index);
  if (held?.lease.leaseId !== leaseId) return 'OK';
  queue.leases.end(held);
  if (index <= queue.fetched) queue.returned.add(index);
  else unblock(queue, index); // leased before a rewind: walking up meets it again
  return 'OK';
}
