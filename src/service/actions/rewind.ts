import { RewindParams } from '../params/params';
import type { Action } from './action';

/** worker.queue.rewind { serviceId, last } -> true: all tasks above `last` wait again. Below 0 counts as 0. */
export const rewind: Action<RewindParams> = {
  params: RewindParams,
  // A repeat would annul the acks that were made in between.
  repeatable: false,
  run: ({ work, queue, params: { last } }) => work.rewind(queue, last),
};
