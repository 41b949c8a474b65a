import type { Operation } from '../../../domain';
import type { LiveQueue } from '../liveQueue';

type MarkGap = Extract<Operation, { do: 'markGap' }>;

/** What was published meanwhile has a task. A pending index is blocked already, and stays so as a gap. */
export function markGap({ pending, gaps }: LiveQueue, { range }: MarkGap): 'OK' {
  for (const { from, to } of pending.within(range.from, range.to)) {
    pending.removeRun(from, to);
    gaps.add(from, to);
  }
  return 'OK';
}
