import { QueueError } from '../domain/errors';

/**
 * A call failed in a way that the queue has no word for: no connection, no answer in time, no such
 * service, or an answer that is not the queue's. The call may or may not have happened. `data`: `type` and
 * `code` as they were told, where they were.
 */
export class CallFailed extends QueueError {
  readonly type = 'CallFailed';

  constructor(
    message: string,
    readonly retryable: boolean,
    data: Readonly<Record<string, unknown>> = {},
    cause?: unknown,
  ) {
    super(message, data, cause);
  }
}
