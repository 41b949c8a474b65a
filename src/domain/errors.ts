/**
 * What a caller can be told. Refusals of a decision are values (decide.ts); these are what remains:
 * something outside is not there, or its answer did not come.
 */
export abstract class QueueError extends Error {
  abstract readonly type: string;
  /** The same call may go through later. */
  abstract readonly retryable: boolean;

  constructor(
    message: string,
    readonly data: Readonly<Record<string, unknown>> = {},
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
  }
}

/** The log did not take or answer the request; nothing was changed by it. */
export class LogUnavailable extends QueueError {
  readonly type = 'LogUnavailable';
  readonly retryable = true;
}

/** The projection did not take or answer the request; nothing was changed by it. */
export class ProjectionUnavailable extends QueueError {
  readonly type = 'ProjectionUnavailable';
  readonly retryable = true;
}

/** The call may or may not have happened. Repeating an add may add twice; fetch and ack can be repeated. */
export class OutcomeUnknown extends QueueError {
  readonly type = 'OutcomeUnknown';
  readonly retryable = true;
}

/** The projection is being rebuilt from the log. `data.retryAfterMs` says when to come again. */
export class Rebuilding extends QueueError {
  readonly type = 'Rebuilding';
  readonly retryable = true;
}

/** More is waiting than this node may hold. */
export class Overloaded extends QueueError {
  readonly type = 'Overloaded';
  readonly retryable = true;
}

/** The service is stopping. */
export class Stopping extends QueueError {
  readonly type = 'Stopping';
  readonly retryable = true;
}

/** A rewind beyond the last index, or below what retention has dropped. */
export class RewindRefused extends QueueError {
  readonly type = 'RewindRefused';
  readonly retryable = false;
}

/** What was given cannot be taken. `data`: `path` of the parameter, `expected`, and `given` where it helps. */
export class InvalidInput extends QueueError {
  readonly type = 'ValidationError';
  readonly retryable = false;
}

/** The owner's key cannot be had: its service does not answer, or the key was destroyed. */
export class KeyUnavailable extends QueueError {
  readonly type = 'KeyUnavailable';
  readonly retryable = true;
}

/** A stored payload does not open: it was changed, or it is not of this place. */
export class PayloadUnreadable extends QueueError {
  readonly type = 'PayloadUnreadable';
  readonly retryable = false;
}

/** Nobody, or two owners at once, stands behind a call. */
export class NotAuthenticated extends QueueError {
  readonly type = 'NotAuthenticated';
  readonly retryable = false;
}

/** The caller is not an operator of the owner. */
export class OperatorOnly extends QueueError {
  readonly type = 'OperatorOnly';
  readonly retryable = false;
}

/** `activity.completed` failed, so the ack was not made: the lease stays and the ack can be repeated. */
export class ActivityFailed extends QueueError {
  readonly type = 'ActivityFailed';
  readonly retryable = true;
}
