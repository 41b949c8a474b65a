import type { IndexRange, Operation, TaskIndex } from '../domain';
import { toRanges } from '../domain';
import type { Command } from './effects';
import { operate, operateAll, readTasks } from './effects';

/**
 * stalePending -> read the tasks -> publish what has an Added, mark the rest as gaps. Answers how many
 * indices were looked at, `max` at the most.
 *
 * Only indices older than the append budget are looked at, so an add that is still at work is left
 * alone; one that comes even later meets a final gap and ends in OutcomeUnknown.
 */
export function* sweep(olderThanMs: number, max: number): Command<number> {
  const { reply: ranges } = yield* operate({ do: 'stalePending', olderThanMs, max });
  const indices = ranges.flatMap(indicesOf);
  if (indices.length === 0) return 0;
  const tasks = yield* readTasks(indices);

  const published: Operation[] = [];
  const missing: TaskIndex[] = [];
  for (const index of indices) {
    const added = tasks.get(index)?.find(({ event }) => event.type === 'Added');
    if (added?.event.type === 'Added') {
      published.push({ do: 'publish', index, token: added.event.token });
    } else {
      missing.push(index);
    }
  }
  // What moved to a newer epoch meanwhile is pending there, and looked at again.
  yield* operateAll(published);
  yield* operateAll(toRanges(missing).map((range) => ({ do: 'markGap', range })));
  return indices.length;
}

function indicesOf({ from, to }: IndexRange): TaskIndex[] {
  return Array.from({ length: to - from + 1 }, (_, i) => (from + i) as TaskIndex);
}
