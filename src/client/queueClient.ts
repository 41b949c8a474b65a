/**
 * What producers, workers and operators of one owner can do, whichever way the calls go. Every method
 * rejects with a QueueError (src/domain/errors.ts, or CallFailed), or with the reason of the signal that
 * was given. Nothing is repeated here: the error says whether a repeat can help (`retryable`).
 *
 * `Value` and `Result` are what the caller knows of the queue; they are not checked. Over HTTP a value is
 * what JSON makes of it (docs/client.md).
 */
export interface QueueClient<Value = unknown, Result = unknown> {
  /** True once the task is in the log. After OutcomeUnknown or CallFailed a repeat may add it twice. */
  add(task: NewTaskOf<Value>, options?: CallOptions): Promise<true>;
  /** The task of this worker: the one that it holds, else the next; null: none for it. */
  fetch(request: TaskRequest, options?: CallOptions): Promise<Task<Value> | null>;
  /** False: the lease is not this worker's any more, so its task was or will be given to another. */
  ack(request: TaskAck<Result>, options?: CallOptions): Promise<boolean>;
  /** Zeros for a queue to which nothing was ever added. */
  info(queue: { readonly serviceId: string }, options?: CallOptions): Promise<QueueStatus>;
  /** All tasks with an index above `last` wait again, acked or not. Over HTTP for operators only. */
  rewind(
    request: { readonly serviceId: string; readonly last: number },
    options?: CallOptions,
  ): Promise<true>;
}

export interface CallOptions {
  /** Ends the call; whether it has happened is then not known. */
  readonly signal?: AbortSignal | undefined;
}

export interface NewTaskOf<Value> {
  readonly serviceId: string;
  readonly value: Value;
  /** Handed to `activity.completed` when the task is acked. */
  readonly token?: unknown;
}

export interface TaskRequest {
  readonly serviceId: string;
  readonly workerId: string;
  /** How long the task is leased to the worker. Milliseconds, 60,000 if left out. */
  readonly timeToRecover?: number | undefined;
}

/** One delivery of a task to a worker. Times are milliseconds since 1970 by the clock of the queue. */
export interface Task<Value = unknown> {
  readonly value: Value;
  /** Number of the task in its queue, from 1. */
  readonly index: number;
  readonly leaseId: string;
  readonly leaseUntil: number;
  readonly fetchedAt: number;
  /** How many leases the task has had, this one included. */
  readonly deliveries: number;
}

export interface TaskAck<Result = unknown> {
  readonly serviceId: string;
  readonly workerId: string;
  /** Of the delivery that is meant, so that no other task is acked by mistake. */
  readonly leaseId: string;
  readonly result?: Result | undefined;
  readonly error?: unknown;
}

export interface QueueStatus {
  /** The highest index added, as digits. */
  readonly INDEX: string;
  /** The highest index handed out, as digits; a rewind sets it back. */
  readonly FETCHED: string;
  readonly waiting: number;
  readonly leased: number;
  /** Of the waiting: those delivered before. */
  readonly returned: number;
  /** Indices reserved, not known to be in the log. */
  readonly pending: number;
  /** Indices that never had a task. */
  readonly gaps: number;
  /** At most 1,000. Times are milliseconds since 1970. */
  readonly unacknowledged: readonly {
    readonly workerId: string;
    readonly index: number;
    readonly fetchedAt: number;
    readonly leaseUntil: number;
  }[];
}
