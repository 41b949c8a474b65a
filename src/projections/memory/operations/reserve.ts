import type { Reserved, TaskIndex } from '../../../domain';
import { block } from '../blocked';
import type { LiveQueue } from '../liveQueue';
import { nextVersion } from '../liveQueue';

/** Only what was claimed in the log for this epoch is given away, so no index is given twice. */
export function reserve(queue: LiveQueue, now: number): Reserved | null {
  if (queue.allocated >= queue.claimedTo) return null;
  queue.allocated += 1;
  const index = queue.allocated as TaskIndex;
  queue.pending.append(index, index, now);
  block(queue, index);
  return { index, version: nextVersion(queue) };
}
