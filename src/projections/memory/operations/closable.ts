import type { Closable, Operation } from '../../../domain';
import { countOf, segmentEnd, segmentOf, segmentStart } from '../../../domain';
import type { LiveQueue } from '../liveQueue';
import { segmentsOf } from '../snapshot';

type ClosableOf = Extract<Operation, { do: 'closable' }>;

/**
 * Asked by a job, now and then: it may look at all that is in flight. What lies above `fetched` is done
 * only where it is a gap, as the rest of a segment is that a rebuild went past.
 */
export function closable(queue: LiveQueue, { max }: ClosableOf): Closable[] {
  const { segmentSize, allocated, fetched, pending, leases, returned, gaps } = queue;
  const leased = new Set(leases.toArray().map(({ index }) => segmentOf(index, segmentSize)));
  const found: Closable[] = [];
  for (const segment of segmentsOf(queue)) {
    const from = segmentStart(segment, segmentSize);
    const to = segmentEnd(segment, segmentSize);
    if (to > allocated || found.length >= max) break;
    if (leased.has(segment)) continue;
    if (pending.within(from, to).length > 0 || returned.within(from, to).length > 0) continue;
    const above = Math.max(from, fetched + 1);
    if (countOf(gaps.within(above, to)) < to - above + 1) continue;
    found.push({ segment, gaps: gaps.within(from, to) });
  }
  return found;
}
