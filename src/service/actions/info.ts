import type { QueueInfo } from '../../domain';
import { InfoParams } from '../params/params';
import type { Action } from './action';

/**
 * worker.queue.info { serviceId } -> { INDEX, FETCHED, waiting, leased, returned, pending, gaps,
 * unacknowledged: [{ workerId, index, fetchedAt, leaseUntil }] }. INDEX (the highest index added) and
 * FETCHED (the highest handed out) are strings, as they always were; times are milliseconds since 1970.
 */
export const info: Action<InfoParams> = {
  params: InfoParams,
  repeatable: true,
  run: async ({ work, queue }) => infoAnswer(await work.info(queue)),
};

export const infoAnswer = ({ published, fetched, counts, leases }: QueueInfo) => ({
  INDEX: String(published),
  FETCHED: String(fetched),
  ...counts,
  unacknowledged: leases.map(({ workerId, index, fetchedAt, leaseUntil }) => ({
    workerId,
    index,
    fetchedAt,
    leaseUntil,
  })),
});
