import * as E from 'fp-ts/Either';
import type { TaskEvent } from './events';
import type { LeaseId, WorkerId } from './ids';
import type { Epoch } from './ids';
import type { Lease, TaskState } from './task';

/** What a worker, the owner or a job wants of one task. */
export type TaskCommand =
  | { readonly type: 'Add'; readonly token: boolean }
  /** `lease` is what the projection proposes, `epoch` the epoch it was proposed in. */
  | { readonly type: 'Fetch'; readonly lease: Lease; readonly epoch: Epoch }
  | { readonly type: 'Ack'; readonly leaseId: LeaseId; readonly workerId: WorkerId }
  | { readonly type: 'Recover'; readonly leaseId: LeaseId };

export type Refusal =
  /** The log has no Added for this task: its add never came to an end. */
  | { readonly type: 'NotAdded' }
  /** The task is done. */
  | { readonly type: 'AlreadyAcked' }
  /** The lease ran out before the value could be handed out. */
  | { readonly type: 'LeaseOver' };

type Decision = E.Either<Refusal, readonly TaskEvent[]>;

const nothing: Decision = E.right([]);
const notAdded: Decision = E.left({ type: 'NotAdded' });
const alreadyAcked: Decision = E.left({ type: 'AlreadyAcked' });
const leaseOver: Decision = E.left({ type: 'LeaseOver' });

/**
 * Decides a command on what the log says of the task. A repeat is success without events. `now` is the
 * lease clock, milliseconds since 1970.
 */
export function decide(command: TaskCommand, state: TaskState, now: number): Decision {
  switch (command.type) {
    case 'Add':
      return state.status === 'absent'
        ? E.right([{ type: 'Added', v: 1, token: command.token }])
        : nothing;
    case 'Fetch':
      return decideFetch(command, state, now);
    case 'Ack':
      return decideAck(command, state);
    case 'Recover':
      return decideRecover(command, state);
  }
}

function decideFetch(
  { lease, epoch }: Extract<TaskCommand, { type: 'Fetch' }>,
  state: TaskState,
  now: number,
): Decision {
  if (state.status === 'absent') return notAdded;
  if (state.status === 'acked') return alreadyAcked;
  if (now >= lease.leaseUntil) return leaseOver;
  const { leaseId, workerId, fetchedAt, leaseUntil } = lease;
  const fetched: TaskEvent = { type: 'Fetched', v: 1, leaseId, workerId, fetchedAt, leaseUntil };
  if (state.status === 'waiting') return E.right([fetched]);
  if (state.lease.leaseId !== leaseId) {
    return E.right([{ type: 'Recovered', v: 1, leaseId: state.lease.leaseId }, fetched]);
  }
  // A lease that the log knows only from an older epoch is logged anew: a fold of this epoch that began
  // before the older row landed would not know it (protocol model, scenario `ghost`).
  return state.lease.epoch < epoch ? E.right([fetched]) : nothing;
}

/** An ack after leaseUntil of a task not yet given to another worker is accepted. */
function decideAck(
  { leaseId, workerId }: Extract<TaskCommand, { type: 'Ack' }>,
  state: TaskState,
): Decision {
  if (state.status === 'absent') return notAdded;
  if (state.status === 'acked') return nothing;
  return E.right([{ type: 'Acked', v: 1, leaseId, workerId }]);
}

function decideRecover(
  { leaseId }: Extract<TaskCommand, { type: 'Recover' }>,
  state: TaskState,
): Decision {
  if (state.status === 'absent') return notAdded;
  if (state.status === 'acked') return alreadyAcked;
  return state.status === 'leased' && state.lease.leaseId === leaseId
    ? E.right([{ type: 'Recovered', v: 1, leaseId }])
    : nothing;
}
