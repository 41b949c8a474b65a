import type { Operation } from '../../../domain';
import { block } from '../blocked';
import type { LiveQueue } from '../liveQueue';

type Hole = Extract<Operation, { do: 'hole' }>;

export function hole(queue: LiveQueue, { index, leaseId }: Hole): 'OK' {
  const held = queue.leases.ofTask(index);
  if (held?.lease.leaseId !== leaseId) return 'OK';
  queue.leases.end(held);
  queue.gaps.add(index);
  block(queue, index);
  return 'OK';
}
