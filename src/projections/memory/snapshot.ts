import type { QueueState, Segment } from '../../domain';
import type { LiveQueue } from './liveQueue';

export function snapshotOf(queue: LiveQueue): QueueState {
  const { epoch, segmentSize, claimedTo, allocated, published, fetched, version, tokens } = queue;
  return {
    epoch,
    segmentSize,
    claimedTo,
    allocated,
    published,
    fetched,
    version,
    tokens,
    clock: queue.clock.now,
    known: segmentsOf(queue),
    pending: queue.pending.toArray(),
    gaps: queue.gaps.toArray(),
    leases: queue.leases.toArray().map((lease) => ({ ...lease })),
    returned: queue.returned.toArray(),
  };
}

export function segmentsOf({ known }: LiveQueue): Segment[] {
  const segments: Segment[] = [];
  for (const { from, to } of known.toArray()) {
    for (let segment = from; segment <= to; segment++) segments.push(segment as Segment);
  }
  return segments;
}
