import { InvalidInput } from '../../domain/errors';
import type { QueueClient, Task, TaskAck } from '../queueClient';
import { BackOff, isRetryable } from './backOff';
import type { Tell } from './events';
import { failureOf } from './failure';
import type { Idleness } from './idleness';
import { holdLease, leaseLeftMs } from './lease';
import type { QueueWorkerSettings } from './options';
import { pause } from './pause';

/** Does one task; what it answers is the result of the ack. */
export type TaskHandler<Value = unknown, Result = unknown> = (
  value: Value,
  context: {
    /** Aborts when the lease has run out, and when the time of `close` is over. */
    readonly signal: AbortSignal;
    readonly task: Task<Value>;
  },
) => Promise<Result> | Result;

/** What a slot shares with the others of its worker. */
export interface SlotParts<Value, Result> {
  readonly client: QueueClient<Value, Result>;
  readonly settings: QueueWorkerSettings;
  readonly handler: TaskHandler<Value, Result>;
  readonly tell: Tell<Value, Result>;
  readonly idleness: Idleness;
  /** No task is fetched any more. */
  readonly stopping: AbortSignal;
  /** All that is under way is given up. */
  readonly ended: AbortSignal;
}

type Outcome<Result> = { readonly result: Result } | { readonly error: unknown };

/**
 * Fetches, handles and acks one task after another. The next is asked for only when the handler before has
 * ended, however long its lease is over.
 */
export class Slot<Value, Result> {
  private readonly backOff: BackOff;
  /** The last lease whose handler was called. */
  private handled: string | null = null;
  /** Since when a lease can have begun that the next answer tells of; -Infinity: before this process. */
  private askingSince = -Infinity;

  constructor(
    private readonly workerId: string,
    private readonly parts: SlotParts<Value, Result>,
  ) {
    this.backOff = new BackOff(parts.settings.backOff);
  }

  async run(): Promise<void> {
    while (!this.parts.stopping.aborted) {
      const task = await this.next();
      if (task !== null) await this.work(task);
    }
  }

  /** null: none to work on, and the time to wait is over. */
  private async next(): Promise<Task<Value> | null> {
    const { settings, client, tell, idleness, stopping, ended } = this.parts;
    const { serviceId, timeToRecover } = settings;
    const request = { serviceId, workerId: this.workerId, timeToRecover };
    try {
      const task = await client.fetch(request, { signal: ended });
      // Given again, it was not acked: its lease has to run out first, since no lease has two handlers.
      if (task !== null && task.leaseId !== this.handled) return task;
      this.askingSince = performance.now();
      if (task === null) idleness.foundNothing(this.workerId);
      await pause(this.backOff.next(), stopping);
    } catch (error) {
      if (ended.aborted) return null;
      tell('error', error);
      await pause(this.backOff.after(error), stopping);
    }
    return null;
  }

  private async work(task: Task<Value>): Promise<void> {
    this.backOff.reset();
    this.parts.idleness.foundTask(this.workerId);
    this.handled = task.leaseId;
    const ageMaxMs = performance.now() - this.askingSince;
    const lease = holdLease(leaseLeftMs(task, Date.now(), ageMaxMs), this.parts.ended);
    try {
      const outcome = await this.handle(task, lease.signal);
      await this.settle(task, outcome, lease.signal.aborted);
    } catch (error) {
      if (!this.parts.ended.aborted) this.parts.tell('error', error);
    } finally {
      lease.release();
      this.askingSince = performance.now();
    }
  }

  private async handle(task: Task<Value>, signal: AbortSignal): Promise<Outcome<Result>> {
    const { handler, tell } = this.parts;
    tell('started', { task, workerId: this.workerId });
    try {
      return { result: await handler(task.value, { signal, task }) };
    } catch (error) {
      return { error };
    }
  }

  private async settle(task: Task<Value>, outcome: Outcome<Result>, aborted: boolean) {
    if ('error' in outcome) {
      await this.fail(task, outcome.error, aborted);
      return;
    }
    const { result } = outcome;
    try {
      if (await this.ack(task, { result })) {
        this.parts.tell('completed', { task, workerId: this.workerId, result });
      }
    } catch (error) {
      // A result that cannot be stored today cannot be tomorrow either.
      if (!(error instanceof InvalidInput)) throw error;
      await this.fail(task, error, aborted);
    }
  }

  /** A handler that was told to stop has not found its task wrong: another worker may do it. */
  private async fail(task: Task<Value>, error: unknown, aborted: boolean): Promise<void> {
    const leave = aborted || this.parts.settings.onFailure === 'leave';
    const acked = !leave && (await this.ack(task, { error: failureOf(error) }));
    if (leave || acked) this.parts.tell('failed', { task, workerId: this.workerId, error, acked });
  }

  /** Repeated until it is known what came of it: an ack counts once, however often it is sent. */
  private async ack(
    task: Task<Value>,
    outcome: Pick<TaskAck<Result>, 'result' | 'error'>,
  ): Promise<boolean> {
    const { client, settings, tell, ended } = this.parts;
    const { workerId } = this;
    const { leaseId } = task;
    const request = { serviceId: settings.serviceId, workerId, leaseId, ...outcome };
    for (;;) {
      try {
        const acked = await client.ack(request, { signal: ended });
        if (!acked) tell('lost', { task, workerId });
        this.backOff.reset();
        return acked;
      } catch (error) {
        if (ended.aborted || !isRetryable(error)) throw error;
        tell('error', error);
        await pause(this.backOff.after(error), ended);
      }
    }
  }
}
