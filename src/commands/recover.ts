import * as E from 'fp-ts/Either';
import type { EventRow, Operation } from '../domain';
import { decide, foldTask } from '../domain';
import type { Command } from './effects';
import { append, operate, operateAll, readTasks, rowOf } from './effects';

/**
 * expired -> read the tasks -> decide -> append Recovered -> returned. Answers how many leases were
 * dealt with, `max` at the most: one that the log knows otherwise is left, and must not be asked for forever.
 *
 * A process that dies on the way leaves the leases in the projection, run out: the next recover or
 * claim meets them again.
 */
export function* recover(max: number): Command<number> {
  const { reply: expired, round } = yield* operate({ do: 'expired', max });
  if (expired.length === 0) return 0;
  const tasks = yield* readTasks(expired.map(({ lease }) => lease.index));

  const rows: EventRow[] = [];
  const operations: Operation[] = [];
  for (const { lease, version } of expired) {
    const { index, leaseId } = lease;
    const state = foldTask(tasks.get(index) ?? [], round.rewinds);
    const decision = decide({ type: 'Recover', leaseId }, state, round.now);
    if (E.isLeft(decision)) {
      operations.push(
        decision.left.type === 'AlreadyAcked'
          ? { do: 'settle', index }
          : { do: 'hole', index, leaseId },
      );
      continue;
    }
    for (const event of decision.right) rows.push(rowOf(round, index, version, event));
    // The log knows another lease of this task: a claim will take it and record that.
    if (state.status === 'leased' && decision.right.length === 0) continue;
    operations.push({ do: 'returned', index, leaseId });
  }

  if ((yield* append(rows)) === 'moved') return 0; // the newer epoch folded what is in the log
  yield* operateAll(operations);
  return operations.length;
}
