import { AddParams } from '../params/params';
import type { Action } from './action';

/** worker.queue.add { serviceId, value, token? } -> true, once the task is in the log. */
export const add: Action<AddParams> = {
  params: AddParams,
  // A repeat after an unknown outcome may add twice.
  repeatable: false,
  run: ({ work, queue, params: { value, token } }) =>
    work.add(queue, { value, ...(token === undefined ? {} : { token }) }),
};
