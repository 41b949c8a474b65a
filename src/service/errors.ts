import { Errors } from 'moleculer';
import type { QueueId } from '../domain';
import { KeyUnavailable, QueueError } from '../domain';

/** Nothing was ever added to the queue that an operator asks about. */
export class NoSuchQueue extends QueueError {
  readonly type = 'NoSuchQueue';
  readonly retryable = false;

  constructor({ serviceId }: QueueId) {
    super(`No such queue: nothing was ever added for ${JSON.stringify(serviceId)}`);
  }
}

interface ErrorLog {
  warn(...args: unknown[]): void;
  error(...args: unknown[]): void;
}

/** Types of the errors that a caller of `worker.queue` can get, and their codes. */
export const CODES: Readonly<Record<string, number>> = {
  ValidationError: 422,
  RewindRefused: 422,
  NotAuthenticated: 401,
  OperatorOnly: 403,
  NoSuchQueue: 404,
  Overloaded: 429,
  KeyUnavailable: 503,
  LogUnavailable: 503,
  ProjectionUnavailable: 503,
  OutcomeUnknown: 503,
  Rebuilding: 503,
  Stopping: 503,
  ActivityFailed: 503,
  PayloadUnreadable: 500,
};

/**
 * What a caller of `worker.queue` gets: an error with `type` (the names of QueueError), `code` (as in
 * HTTP), `data` and `retryable`. Only Moleculer's own classes are used, because a broker on another node
 * restores those and no others. What is not a QueueError is a bug: it is logged, and the caller gets an
 * InternalError (500) that tells nothing of it.
 */
export function toMoleculerError(error: unknown, log: ErrorLog): Errors.MoleculerError {
  const code = error instanceof QueueError ? CODES[error.type] : undefined;
  if (!(error instanceof QueueError) || code === undefined) {
    log.error('A call failed in a way it should not', error);
    return new Errors.MoleculerError('Internal error', 500, 'InternalError', {});
  }
  const { message, type, data } = error instanceof KeyUnavailable ? toldOf(error, log) : error;
  if (type === 'ValidationError') return new Errors.ValidationError(message, type, data);
  if (error.retryable) return new Errors.MoleculerRetryableError(message, code, type, data);
  if (code < 500) return new Errors.MoleculerClientError(message, code, type, data);
  log.error(message, error);
  return new Errors.MoleculerError(message, code, type, data);
}

/** Why a key cannot be had names files and services of this node: that is for its log. */
function toldOf(error: KeyUnavailable, log: ErrorLog): QueueError {
  log.warn(error.message);
  const { reason, keyId, index, leaseId } = error.data;
  const message =
    reason === 'gone'
      ? "The owner's key was destroyed. What was encrypted with it cannot be read any more."
      : "The owner's key cannot be had at the moment.";
  const data = Object.entries({ reason, keyId, index, leaseId }).filter(
    ([, value]) => value !== undefined,
  );
  return new KeyUnavailable(message, Object.fromEntries(data));
}
