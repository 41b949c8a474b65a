import type { Operation } from '../../../domain';
import { segmentEnd, segmentStart } from '../../../domain';
import { block } from '../blocked';
import type { LiveQueue } from '../liveQueue';

type CloseSegment = Extract<Operation, { do: 'closeSegment' }>;

/** Its gaps need not be told apart any more: outside known every publish is void. */
export function closeSegment(queue: LiveQueue, { segment }: CloseSegment): 'OK' {
  const from = segmentStart(segment, queue.segmentSize);
  const to = segmentEnd(segment, queue.segmentSize);
  queue.known.remove(segment);
  queue.gaps.remove(from, to);
  block(queue, from, to);
  return 'OK';
}
