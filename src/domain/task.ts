import type { EventRow } from './events';
import type { Epoch, LeaseId, TaskIndex, Version, WorkerId } from './ids';

/** One delivery of a task to a worker. Times in milliseconds by the lease clock. */
export interface Lease {
  readonly index: TaskIndex;
  readonly leaseId: LeaseId;
  readonly workerId: WorkerId;
  readonly fetchedAt: number;
  /** fetchedAt + the timeToRecover of the fetch. */
  readonly leaseUntil: number;
}

/** A lease as the log knows it: (epoch, version) of its newest Fetched row. */
export interface LoggedLease extends Lease {
  readonly epoch: Epoch;
  readonly version: Version;
}

/** A rewind of the queue: everything above `last` that was acked before (epoch, 0) waits again. */
export interface Rewind {
  readonly epoch: Epoch;
  readonly last: number;
  /** Milliseconds since 1970, by the clock of the node that rewound. */
  readonly at: number;
}

/**
 * `deliveries` counts leases, not rows: a lease logged again in a new epoch is one delivery. `returned`:
 * the task was handed out and taken back, and the queue was not rewound over it since.
 */
export type TaskState =
  | { readonly status: 'absent' }
  | { readonly status: 'waiting'; readonly deliveries: number; readonly returned: boolean }
  | { readonly status: 'leased'; readonly deliveries: number; readonly lease: LoggedLease }
  | { readonly status: 'acked'; readonly deliveries: number };

export const absent: TaskState = { status: 'absent' };

/** The state after one more event. An event that changes nothing is ignored, never an error. */
export function evolve(state: TaskState, row: EventRow): TaskState {
  const { event } = row;
  if (state.status === 'absent') {
    return event.type === 'Added' ? { status: 'waiting', deliveries: 0, returned: false } : state;
  }
  switch (event.type) {
    case 'Added':
      return state;
    case 'Fetched': {
      if (state.status === 'acked') return state;
      const again = state.status === 'leased' && state.lease.leaseId === event.leaseId;
      const { leaseId, workerId, fetchedAt, leaseUntil } = event;
      const { index, epoch, version } = row;
      return {
        status: 'leased',
        deliveries: state.deliveries + (again ? 0 : 1),
        lease: { index, leaseId, workerId, fetchedAt, leaseUntil, epoch, version },
      };
    }
    case 'Acked':
      return { status: 'acked', deliveries: state.deliveries };
    case 'Recovered':
      return state.status === 'leased' && state.lease.leaseId === event.leaseId
        ? { status: 'waiting', deliveries: state.deliveries, returned: true }
        : state;
  }
}

/**
 * A rewind annuls an ack, but the ack has still ended the lease before it; a live lease stays. What waits
 * is met again by walking up from `last`.
 */
export const evolveRewound = (state: TaskState): TaskState =>
  state.status === 'acked' || state.status === 'waiting'
    ? { status: 'waiting', deliveries: state.deliveries, returned: false }
    : state;

/**
 * Folds the rows of one task, ordered by (epoch, version), with the rewinds of its queue, ordered by
 * epoch: a rewind is (its epoch, version 0) and so comes before every event of its epoch.
 */
export function foldTask(rows: readonly EventRow[], rewinds: readonly Rewind[]): TaskState {
  let state = absent;
  let next = 0;
  for (const row of rows) {
    for (
      let rewind = rewinds[next];
      rewind && rewind.epoch <= row.epoch;
      rewind = rewinds[++next]
    ) {
      if (row.index > rewind.last) state = evolveRewound(state);
    }
    state = evolve(state, row);
  }
  const index = rows[0]?.index ?? 0;
  for (const rewind of rewinds.slice(next)) {
    if (index > rewind.last) state = evolveRewound(state);
  }
  return state;
}
