import type { EventEmitter } from 'node:events';
import type { Task } from '../queueClient';

/** `workerId` is that of the slot: the worker's name and a number. */
export interface QueueWorkerEvents<Value = unknown, Result = unknown> {
  /** A handler was called. */
  started: [event: { readonly task: Task<Value>; readonly workerId: string }];
  /** The task is acked with the result of its handler. */
  completed: [
    event: { readonly task: Task<Value>; readonly workerId: string; readonly result: Result },
  ];
  /** The handler threw, or its result cannot be stored. `acked`: with this error; else it will be recovered. */
  failed: [
    event: {
      readonly task: Task<Value>;
      readonly workerId: string;
      readonly error: unknown;
      readonly acked: boolean;
    },
  ];
  /** The ack came too late: the task was recovered meanwhile, and is given to a worker again. */
  lost: [event: { readonly task: Task<Value>; readonly workerId: string }];
  /** A call failed, and is repeated if that can help; or a listener of another event threw. */
  error: [error: unknown];
  /** All slots have found nothing to do; once until one finds a task. */
  idle: [];
  /** After `close`: all handlers have ended. The last event. */
  drained: [];
}

export type Tell<Value, Result> = <Name extends keyof QueueWorkerEvents>(
  name: Name,
  ...args: QueueWorkerEvents<Value, Result>[Name]
) => void;

/**
 * Emits an event whose listeners cannot stop who tells of it: what one throws is the event `error`. What
 * nobody listens to there, and what a listener of `error` throws, is a warning of the process.
 */
export function tell(to: EventEmitter, name: string, args: readonly unknown[]): void {
  if (name === 'error') {
    tellError(to, args[0]);
    return;
  }
  try {
    to.emit(name, ...args);
  } catch (error) {
    tellError(to, error);
  }
}

function tellError(to: EventEmitter, error: unknown): void {
  if (to.listenerCount('error') === 0) {
    warn(error);
    return;
  }
  try {
    to.emit('error', error);
  } catch (thrown) {
    warn(thrown);
  }
}

export const warn = (error: unknown): void =>
  process.emitWarning(error instanceof Error ? error : String(error), 'QueueWorkerWarning');
