import type { EventRow, Lease, LoggedLease, Rewind } from '../domain';
import { foldTask, isBefore } from '../domain';

/** A queue as the log had it at a time. */
export interface QueueAt {
  readonly at: number;
  readonly tasks: number;
  readonly waiting: number;
  /** Of the waiting, those that were delivered before. */
  readonly returned: number;
  readonly leased: number;
  /** Of the leased, those whose lease had run out and was not yet taken back. */
  readonly ranOut: number;
  readonly acked: number;
  /** By fetchedAt, at most LEASES_MAX; `leased` counts all. */
  readonly leases: readonly Lease[];
}

const LEASES_MAX = 1000;

export interface StateFold {
  /** All rows of one task. */
  task(rows: readonly EventRow[]): void;
  state(): QueueAt;
}

/** Folds what was decided up to a time: memory holds the leases, one a worker, not the tasks. */
export function stateAt(at: number, allRewinds: readonly Rewind[]): StateFold {
  const rewinds = allRewinds.filter((rewind) => rewind.at <= at);
  const leases = new Map<string, LoggedLease>();
  const counts = { tasks: 0, waiting: 0, returned: 0, acked: 0 };

  /** Two logged leases of one worker: the newest counts, the task of the other waits (as in the fold). */
  const lease = (found: LoggedLease): void => {
    const other = leases.get(found.workerId);
    if (!other || isBefore(other, found)) leases.set(found.workerId, found);
    if (other) {
      counts.waiting += 1;
      counts.returned += 1;
    }
  };

  return {
    task(rows) {
      const state = foldTask(
        rows.filter((row) => row.at <= at),
        rewinds,
      );
      if (state.status === 'absent') return;
      counts.tasks += 1;
      if (state.status === 'waiting') {
        counts.waiting += 1;
        if (state.returned) counts.returned += 1;
      } else if (state.status === 'acked') counts.acked += 1;
      else lease(state.lease);
    },
    state() {
      const all = [...leases.values()].sort((a, b) => a.fetchedAt - b.fetchedAt);
      return {
        at,
        ...counts,
        leased: all.length,
        ranOut: all.filter(({ leaseUntil }) => leaseUntil <= at).length,
        leases: all
          .slice(0, LEASES_MAX)
          .map(({ index, leaseId, workerId, fetchedAt, leaseUntil }) => ({
            index,
            leaseId,
            workerId,
            fetchedAt,
            leaseUntil,
          })),
      };
    },
  };
}
