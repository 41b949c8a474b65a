import { OutcomeUnknown, Overloaded, ProjectionUnavailable, QueueError } from '../../domain';

/** Nobody answers at the address of Redis. */
export class RedisUnreachable extends QueueError {
  readonly type = 'RedisUnreachable';
  readonly retryable = true;

  constructor(address: string, waitedMs: number, cause?: unknown) {
    const reason = cause instanceof Error ? cause.message : 'no answer';
    super(
      `Redis at ${address} did not answer within ${String(waitedMs)} ms (${reason}). ` +
        'Start it, or set REDIS_URL to where it is.',
      { address, waitedMs, reason },
      cause,
    );
  }
}

/** Redis is there, but would break a promise of the queue as it is set up. */
export class RedisUnsuitable extends QueueError {
  readonly type = 'RedisUnsuitable';
  readonly retryable = false;

  constructor(setting: string, found: string, toDo: string, cause?: unknown) {
    super(`Redis cannot be used: ${setting} is ${found}. ${toDo}`, { setting, found, toDo }, cause);
  }
}

/** Redis said no before it did anything. */
const REFUSED =
  /^(LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|BUSY|MISCONF|NOREPLICAS|NOAUTH|NOPERM|ERR max number of clients)\b/;

export const isReply = (error: unknown): error is Error =>
  error instanceof Error && error.name === 'ReplyError';

/** What the port says of a command that failed, once it was handed to the connection. */
export function failureOf(error: unknown): unknown {
  const message = error instanceof Error ? error.message : String(error);
  if (!isReply(error)) {
    // Handed over, so it may have been executed; unless the client says it was never written.
    return message.startsWith("Stream isn't writeable")
      ? new ProjectionUnavailable('Redis is not connected', {}, error)
      : new OutcomeUnknown(`Redis did not answer: ${message}`, {}, error);
  }
  if (message.startsWith('OOM')) return new Overloaded('Redis is out of memory', {}, error);
  if (REFUSED.test(message)) return new ProjectionUnavailable(`Redis: ${message}`, {}, error);
  return error;
}
