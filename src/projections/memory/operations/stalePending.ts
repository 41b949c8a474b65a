import type { IndexRange, Operation } from '../../../domain';
import type { LiveQueue } from '../liveQueue';

type StalePending = Extract<Operation, { do: 'stalePending' }>;

export const stalePending = (
  { pending }: LiveQueue,
  { olderThanMs, max }: StalePending,
  now: number,
): IndexRange[] => pending.since(now - olderThanMs, max);
