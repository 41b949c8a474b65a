import type { Verified } from '../../compose';
import type { QueueId, ServiceId } from '../../domain';
import { NoSuchQueue } from '../errors';
import { QueueParams, VerifyProjectionParams } from '../params/operators';
import type { Action } from './action';

/**
 * worker.queue.projection.verify { serviceId, repair? } -> how the projection stands to the log: { outcome:
 * 'equal' | 'different' | 'unknown', differences, count, benign, unreadable, ..., isRepaired }. `repair`
 * rebuilds what differs and compares again; `differences` are those of before.
 */
const verify: Action<VerifyProjectionParams> = {
  params: VerifyProjectionParams,
  repeatable: true,
  run: async ({ composition: { upkeep }, queue, params }) => {
    if (params.repair !== true) return answerOf(queue, await upkeep.verify(queue));
    const { found, isRepaired } = await upkeep.repair(queue);
    return answerOf(queue, found, isRepaired);
  },
};

/** worker.queue.projection.rebuild { serviceId } -> { epoch }: the projection was built anew from the log. */
const rebuild: Action<{ readonly serviceId: ServiceId }> = {
  params: QueueParams,
  repeatable: true,
  run: async ({ composition, queue }) => {
    const epoch = await composition.upkeep.rebuild(queue);
    if (epoch === null) throw new NoSuchQueue(queue);
    return { epoch };
  },
};

export const PROJECTION = { verify, rebuild };

function answerOf(queue: QueueId, found: Verified, isRepaired = false): object {
  if (found.outcome === 'absent') throw new NoSuchQueue(queue);
  return { ...verifiedJson(found), isRepaired };
}

/** As JSON can have it. */
export const verifiedJson = ({ unreadable, ...verified }: Verified): object => ({
  ...verified,
  unreadable: unreadable.map(({ type, message, data }) => ({ type, message, ...data })),
});
