import type { Operation } from '../../../domain';
import type { LiveQueue } from '../liveQueue';

type MarkGap = Extract<Operation, { do: 'markGap' }>;

/** What was published meanwhile has a task. A pending index is blocked already, and stays so as a gap. */
export function markGap(queue: LiveQueue, { range: { from, to } }: MarkGap): 'OK' {
  const { pending, gaps } = queue;
  if (to - from < pending.size) {
    for (let index = from; index <= to; index++) if (pending.delete(index)) gaps.add(index);
  } else {
    for (const index of pending.keys()) {
      if (index >= from && index <= to && pending.delete(index)) gaps.add(index);
    }
  }
  return 'OK';
}
