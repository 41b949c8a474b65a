import type {
  CallOptions,
  NewTaskOf,
  QueueClient,
  QueueStatus,
  Task,
  TaskAck,
  TaskRequest,
} from '../../src/client';

interface Stored {
  readonly value: string;
  deliveries: number;
  acked: Pick<TaskAck, 'result' | 'error'> | null;
  lease: { workerId: string; leaseId: string; fetchedAt: number; leaseUntil: number } | null;
}

/** A queue in memory for workers on a fake clock: leases run out by `Date.now()`. */
export class FakeQueueClient implements QueueClient<string, string> {
  /** What was asked, oldest first, with the time. */
  readonly calls: { name: 'fetch' | 'ack'; workerId: string; at: number; given: object }[] = [];
  /** Thrown by the next calls of that name, once each. */
  readonly failures: Record<'fetch' | 'ack', unknown[]> = { fetch: [], ack: [] };
  readonly tasks: Stored[] = [];
  /** Answers nothing until the call's signal aborts. */
  silent = false;

  async add({ value }: Pick<NewTaskOf<string>, 'value'>): Promise<true> {
    this.tasks.push({ value, deliveries: 0, acked: null, lease: null });
    return true;
  }

  async fetch(request: TaskRequest, options?: CallOptions): Promise<Task<string> | null> {
    await this.called('fetch', request, options);
    const now = Date.now();
    const { workerId, timeToRecover = 60_000 } = request;
    this.recover(now);
    const task =
      this.tasks.find(({ lease }) => lease?.workerId === workerId) ??
      this.tasks.find(({ acked, lease }) => acked === null && lease === null);
    if (task === undefined) return null;
    const index = this.tasks.indexOf(task) + 1;
    if (task.lease === null) {
      task.deliveries += 1;
      const leaseId = `${index}.1.${task.deliveries}`;
      task.lease = { workerId, leaseId, fetchedAt: now, leaseUntil: now + timeToRecover };
    }
    const { value, deliveries } = task;
    const { leaseId, fetchedAt, leaseUntil } = task.lease;
    return { value, index, leaseId, leaseUntil, fetchedAt, deliveries };
  }

  async ack(request: TaskAck<string>, options?: CallOptions): Promise<boolean> {
    await this.called('ack', request, options);
    const { workerId, leaseId, ...outcome } = request;
    const task = this.tasks.find(({ lease }) => lease?.leaseId === leaseId);
    if (task?.lease?.workerId !== workerId) return false;
    const { result, error } = outcome;
    task.acked = error === undefined ? { result } : { error };
    task.lease = null;
    return true;
  }

  /** As the job of the service does. */
  recover(now: number): void {
    for (const task of this.tasks)
      if (task.lease !== null && task.lease.leaseUntil <= now) task.lease = null;
  }

  fetches(): number[] {
    return this.calls.filter(({ name }) => name === 'fetch').map(({ at }) => at);
  }

  info(): Promise<QueueStatus> {
    throw new Error('no worker asks for it');
  }

  rewind(): Promise<true> {
    throw new Error('no worker asks for it');
  }

  private async called(
    name: 'fetch' | 'ack',
    given: TaskRequest | TaskAck,
    { signal }: CallOptions = {},
  ): Promise<void> {
    signal?.throwIfAborted();
    this.calls.push({ name, workerId: given.workerId, at: Date.now(), given });
    if (this.silent) {
      await new Promise((_, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason as Error));
      });
    }
    if (this.failures[name].length > 0) throw this.failures[name].shift();
  }
}
