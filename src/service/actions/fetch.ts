import { FetchParams } from '../params/params';
import type { Action } from './action';

const TIME_TO_RECOVER_DEFAULT_MS = 60_000;

/**
 * worker.queue.fetch { serviceId, workerId, timeToRecover? ms, details? } -> value | null, or with
 * `details: true` { value, index, leaseId, leaseUntil, fetchedAt, deliveries } | null: the only way to
 * tell the value null from no task. `ctx.meta.lease` is the leaseId, null without a task.
 */
export const fetch: Action<FetchParams> = {
  params: FetchParams,
  repeatable: true,
  run: async ({ work, settings, queue, params, ctx }) => {
    const delivery = await work.fetch(queue, {
      workerId: params.workerId,
      timeToRecoverMs: params.timeToRecover ?? TIME_TO_RECOVER_DEFAULT_MS,
      recoverBy: settings.recoverBy,
    });
    ctx.meta['lease'] = delivery?.leaseId ?? null;
    if (delivery === null) return null;
    const { value, index, leaseId, leaseUntil, fetchedAt, deliveries } = delivery;
    return params.details === true
      ? { value, index, leaseId, leaseUntil, fetchedAt, deliveries }
      : value;
  },
};
