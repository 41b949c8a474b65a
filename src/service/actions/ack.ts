import { completeActivity } from '../activity';
import { AckParams } from '../params/params';
import type { Action } from './action';

/**
 * worker.queue.ack { serviceId, workerId, leaseId?, result?, error? } -> true, or false if the worker
 * holds nothing (with leaseId: not that lease).
 */
export const ack: Action<AckParams> = {
  params: AckParams,
  repeatable: true,
  run: ({ work, settings, queue, params: { workerId, leaseId, result, error }, ctx }) =>
    work.ack(queue, {
      workerId,
      ...(leaseId === undefined ? {} : { leaseId }),
      ...(result === undefined ? {} : { result }),
      ...(error === undefined ? {} : { error }),
      completed: (activity) => completeActivity(ctx, settings.activity, activity),
    }),
};
