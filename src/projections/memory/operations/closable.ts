import type { Closable, Operation } from '../../../domain';
import { segmentEnd, segmentOf, segmentStart } from '../../../domain';
import type { LiveQueue } from '../liveQueue';
import { segmentsOf } from '../snapshot';

type ClosableOf = Extract<Operation, { do: 'closable' }>;

/** Asked by a job, now and then: it may look at all that is in flight. */
export function closable(queue: LiveQueue, { max }: ClosableOf): Closable[] {
  const { segmentSize, fetched, pending, leases, returned, gaps } = queue;
  const busy = new Set(
    [...pending.keys(), ...leases.toArray().map(({ index }) => index)].map((index) =>
      segmentOf(index, segmentSize),
    ),
  );
  const found: Closable[] = [];
  for (const segment of segmentsOf(queue)) {
    const from = segmentStart(segment, segmentSize);
    const to = segmentEnd(segment, segmentSize);
    if (to > fetched || found.length >= max) break;
    if (busy.has(segment) || returned.within(from, to).length > 0) continue;
    found.push({ segment, gaps: gaps.within(from, to) });
  }
  return found;
}
