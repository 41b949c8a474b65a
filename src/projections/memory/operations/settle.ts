import type { Operation } from '../../../domain';
import { unblock } from '../blocked';
import type { LiveQueue } from '../liveQueue';

type Settle = Extract<Operation, { do: 'settle' }>;

/** By task, not by lease: an acked task is done, whoever was given it meanwhile. */
export function settle(queue: LiveQueue, { index }: Settle): 'OK' {
  const held = queue.leases.ofTask(index);
  if (held) queue.leases.end(held);
  queue.returned.remove(index);
  unblock(queue, index);
  return 'OK';
}
