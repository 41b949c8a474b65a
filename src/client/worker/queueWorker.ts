import { EventEmitter } from 'node:events';
import { mustBeMs } from '../checks';
import type { QueueClient } from '../queueClient';
import type { QueueWorkerEvents, Tell } from './events';
import { tell, warn } from './events';
import { Idleness } from './idleness';
import type { QueueWorkerOptions } from './options';
import { workerSettings } from './options';
import { endsWithin } from './pause';
import type { TaskHandler } from './slot';
import { Slot } from './slot';

/** Given to handlers whose signal was aborted, so that those that listen to it have ended then. */
const ABORT_GRACE_MS = 1_000;

/**
 * Works on the tasks of one queue from now on until it is closed: each slot fetches a task, calls the
 * handler, acks with its result or error and the lease, and waits a while where there is nothing to do.
 *
 *     const worker = new QueueWorker(client, { serviceId: 'mailer', concurrency: 4 }, async (mail) => send(mail));
 *     worker.on('error', (error) => log.warn(error));
 *     await worker.close({ timeoutMs: 10_000 });
 *
 * A task is delivered at least once: a handler has to bear that. Throws InvalidInput for options that
 * cannot work; later errors are events (QueueWorkerEvents).
 */
export class QueueWorker<Value = unknown, Result = unknown> extends EventEmitter<
  QueueWorkerEvents<Value, Result>
> {
  private readonly stopping = new AbortController();
  private readonly ended = new AbortController();
  private readonly slots: Promise<unknown>;
  private closing: Promise<boolean> | null = null;

  constructor(
    client: QueueClient<Value, Result>,
    options: QueueWorkerOptions,
    handler: TaskHandler<Value, Result>,
  ) {
    super({ captureRejections: true });
    const settings = workerSettings(options);
    const parts = {
      ...{ client, settings, handler, tell: this.tell },
      idleness: new Idleness(settings.concurrency, () => this.tell('idle')),
      stopping: this.stopping.signal,
      ended: this.ended.signal,
    };
    const slots = Array.from(
      { length: settings.concurrency },
      (_, i) => new Slot(`${settings.workerId}-${i + 1}`, parts),
    );
    this.slots = Promise.all(slots.map((slot) => slot.run()));
  }

  /**
   * Fetches no task any more, lets handlers and their acks finish, and after `timeoutMs` (default 30,000)
   * aborts their signals and gives up calls under way; tasks that are not acked then are given to another
   * worker when their leases have run out. Answers whether all was finished in time. Repeated, it answers
   * the same.
   */
  close({ timeoutMs = 30_000 }: { readonly timeoutMs?: number } = {}): Promise<boolean> {
    mustBeMs(timeoutMs, 'timeoutMs');
    this.closing ??= this.end(timeoutMs);
    return this.closing;
  }

  private async end(timeoutMs: number): Promise<boolean> {
    this.stopping.abort();
    const inTime = await endsWithin(this.slots, timeoutMs);
    this.ended.abort(new DOMException('The worker was closed', 'AbortError'));
    if (inTime || (await endsWithin(this.slots, ABORT_GRACE_MS))) this.tell('drained');
    return inTime;
  }

  /** What an asynchronous listener rejects with. One of `error` is not told of its own error. */
  override [EventEmitter.captureRejectionSymbol](...[error, name]: [Error, ...unknown[]]): void {
    if (name === 'error') warn(error);
    else this.tell('error', error);
  }

  private readonly tell: Tell<Value, Result> = (name, ...args) => tell(this, name, args);
}
