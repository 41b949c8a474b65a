import type { LeaseId, QueueId, QueueInfo, RecoverBy, WorkerId } from '../domain';

/** The queue as its users see it. Every method rejects with a QueueError of src/domain/errors.ts. */
export interface WorkQueue {
  /** True once the task is in the log and can be fetched. */
  add(queue: QueueId, task: NewTask): Promise<true>;
  /** The task of this worker, or null if there is none for it. */
  fetch(queue: QueueId, request: FetchRequest): Promise<Delivery | null>;
  /** True once the ack is in the log; false: this worker holds nothing, or not the lease it named. */
  ack(queue: QueueId, request: AckRequest): Promise<boolean>;
  /** Zeros for a queue that does not exist. At most `leasesMax` leases are listed. */
  info(queue: QueueId, leasesMax?: number): Promise<QueueInfo>;
  /** All tasks above `last` wait again. Below 0 counts as 0. */
  rewind(queue: QueueId, last: number): Promise<true>;
  /** Ends background jobs, lets rounds under way finish, refuses new calls with Stopping. */
  close(): Promise<void>;
}

export interface NewTask {
  readonly value: unknown;
  /** Handed to `completed` of the ack. undefined: none. */
  readonly token?: unknown;
}

export interface FetchRequest {
  readonly workerId: WorkerId;
  readonly timeToRecoverMs: number;
  readonly recoverBy: RecoverBy;
}

export interface Delivery {
  readonly value: unknown;
  readonly index: number;
  readonly leaseId: LeaseId;
  /** Milliseconds since 1970, by the lease clock. */
  readonly fetchedAt: number;
  readonly leaseUntil: number;
  /** How many leases the task has had, this one included. */
  readonly deliveries: number;
}

export interface AckRequest {
  readonly workerId: WorkerId;
  /** Refuses an ack that means another lease than the worker's present one. */
  readonly leaseId?: LeaseId;
  readonly result?: unknown;
  readonly error?: unknown;
  /**
   * Called before the ack is logged if the task carries a token. If it rejects, so does the ack, and
   * the lease stays.
   */
  readonly completed: (activity: CompletedActivity) => Promise<unknown>;
}

export interface CompletedActivity {
  readonly token: unknown;
  readonly result?: unknown;
  readonly error?: unknown;
}
