import type { IndexRange, Operation } from '../../../domain';
import { toRanges } from '../../../domain';
import type { LiveQueue } from '../liveQueue';

type StalePending = Extract<Operation, { do: 'stalePending' }>;

/** The lowest first, which are the oldest: the list ends at the first that is younger. */
export function stalePending(
  { pending }: LiveQueue,
  { olderThanMs, max }: StalePending,
  now: number,
): IndexRange[] {
  const found: number[] = [];
  for (const [index, since] of pending) {
    if (found.length >= max || since > now - olderThanMs) break;
    found.push(index);
  }
  return toRanges(found);
}
