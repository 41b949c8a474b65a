import { randomUUID } from 'node:crypto';
import { mustBe, mustBeKnown, mustBeMs } from '../checks';
import type { BackOffBounds } from './backOff';

export interface QueueWorkerOptions {
  /** The queue whose tasks are worked on. */
  readonly serviceId: string;
  /**
   * Name of this worker; its slots are `name-1`, `name-2`, ... Only one process may have it at a time: a
   * worker that asks again is given its task again, so two with one name would do each task twice. A name
   * that stays the same over a restart gets the tasks it held at once, not only when their leases have run
   * out. Default: a new one for each worker.
   */
  readonly workerId?: string;
  /** Handlers at a time. Default 1. */
  readonly concurrency?: number;
  /** How long a task is leased: longer than a handler takes. Milliseconds, default 60,000. */
  readonly timeToRecover?: number;
  /**
   * What becomes of a task whose handler throws: `ack` (the default) confirms it with the error, so that it
   * is not given again; `leave` keeps it until its lease has run out, then it is given to a worker again.
   * Until then the slot that held it gets no other.
   */
  readonly onFailure?: 'ack' | 'leave';
  /**
   * How long a slot waits after it found no task, or after an error: from `minMs` on twice as long each
   * time up to `maxMs`, at random between half of that and all of it. Milliseconds, default 100 and 2,000.
   */
  readonly backOff?: Partial<BackOffBounds>;
}

export interface QueueWorkerSettings {
  readonly serviceId: string;
  readonly workerId: string;
  readonly concurrency: number;
  readonly timeToRecover: number;
  readonly onFailure: 'ack' | 'leave';
  readonly backOff: BackOffBounds;
}

const NAMES: readonly (keyof QueueWorkerOptions)[] = [
  'serviceId',
  'workerId',
  'concurrency',
  'timeToRecover',
  'onFailure',
  'backOff',
];
const CONCURRENCY_MAX = 1_000;

export function workerSettings(options: QueueWorkerOptions): QueueWorkerSettings {
  mustBeKnown(options, NAMES);
  mustBeKnown(options.backOff ?? {}, ['minMs', 'maxMs']);
  const {
    serviceId,
    workerId = `worker-${randomUUID()}`,
    concurrency = 1,
    timeToRecover = 60_000,
    onFailure = 'ack',
  } = options;
  const { minMs = 100, maxMs = Math.max(minMs, 2_000) } = options.backOff ?? {};
  mustBe(typeof serviceId === 'string' && serviceId !== '', 'serviceId', 'the name of a queue');
  mustBe(typeof workerId === 'string' && workerId !== '', 'workerId', 'a name');
  mustBe(
    Number.isInteger(concurrency) && concurrency >= 1 && concurrency <= CONCURRENCY_MAX,
    'concurrency',
    `a whole number from 1 to ${CONCURRENCY_MAX}`,
  );
  mustBeMs(timeToRecover, 'timeToRecover');
  mustBe(['ack', 'leave'].includes(onFailure), 'onFailure', "'ack' or 'leave'");
  mustBeMs(minMs, 'backOff.minMs');
  mustBeMs(maxMs, 'backOff.maxMs');
  mustBe(minMs <= maxMs, 'backOff.minMs', 'at most backOff.maxMs');
  return { serviceId, workerId, concurrency, timeToRecover, onFailure, backOff: { minMs, maxMs } };
}
