import type { QueueId } from '../domain';
import { InvalidInput, LogUnavailable } from '../domain';

/**
 * Half a surrogate pair has no UTF-8: two names that differ only there would be stored as one, and one
 * owner would read the queue of another.
 */
export const isStorable = ({ ownerId, serviceId }: QueueId): boolean =>
  !/\p{Surrogate}/u.test(ownerId + '\0' + serviceId);

export function ensureStorable(queue: QueueId): void {
  if (isStorable(queue)) return;
  throw new InvalidInput('The name of the owner or service is not well-formed Unicode.', {
    path: 'queue',
    expected: 'well-formed Unicode',
  });
}

export const noSuchQueue = ({ ownerId, serviceId }: QueueId): LogUnavailable =>
  new LogUnavailable('The log has no such queue.', { ownerId, serviceId });
