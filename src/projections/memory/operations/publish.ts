import type { Operation, Reply } from '../../../domain';
import { unblock } from '../blocked';
import type { LiveQueue } from '../liveQueue';
import { isKnown } from '../liveQueue';

type Publish = Extract<Operation, { do: 'publish' }>;

/**
 * A gap is final: whoever saw it may have closed the segment over it. Outside known nobody would meet
 * the task, and above `allocated` the index is not of this queue's life.
 */
export function publish(queue: LiveQueue, { index, token }: Publish): Reply<Publish> {
  if (queue.pending.remove(index)) {
    // A slow add holds nobody up: it was passed over, and waits among the returned.
    if (index <= queue.fetched) queue.returned.add(index);
    else unblock(queue, index);
  } else if (queue.gaps.has(index) || !isKnown(queue, index) || index > queue.allocated) {
    return 'VOID';
  }
  queue.published = Math.max(queue.published, index);
  queue.tokens ||= token;
  return 'OK';
}
