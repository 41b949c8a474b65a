import type { QueueId } from '../domain';
import { QueueError } from '../domain';

/** A stored row is none this release can read. It is never passed over: it may be a confirmed task. */
export class CorruptRow extends QueueError {
  readonly type = 'CorruptRow';
  readonly retryable = false;

  constructor(
    queue: QueueId,
    place: { readonly index?: number; readonly epoch?: number; readonly version?: number },
    reason: string,
  ) {
    const where = Object.entries(place).map(([name, value]) => `${name} ${String(value)}`);
    super(
      `A row of the log cannot be read: ${[
        `owner ${queue.ownerId}`,
        `service ${queue.serviceId}`,
        ...where,
      ].join(', ')}: ${reason}`,
      { ownerId: queue.ownerId, serviceId: queue.serviceId, ...place, reason },
    );
  }
}
