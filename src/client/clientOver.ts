import type { Call, QueueAction } from './call';
import { withDeadline } from './deadline';
import type { CallOptions, QueueClient, QueueStatus, TaskRequest } from './queueClient';
import { taskOf } from './taskOf';

/** With its lease, and so that the value null is told from no task. */
const withDetails = (request: TaskRequest) => ({ ...request, details: true });

/** The client over one way to the queue. */
export function clientOver<Value, Result>(
  call: Call,
  timeoutMs: number,
): QueueClient<Value, Result> {
  const ask = (
    action: QueueAction,
    params: { readonly serviceId: string },
    { signal }: CallOptions = {},
  ): Promise<unknown> => withDeadline(timeoutMs, signal, (over) => call(action, params, over));

  return {
    add: async (task, options) => (await ask('add', task, options)) as true,
    fetch: async (request, options) =>
      taskOf<Value>(await ask('fetch', withDetails(request), options)),
    ack: async (request, options) => (await ask('ack', request, options)) as boolean,
    info: async ({ serviceId }, options) =>
      (await ask('info', { serviceId }, options)) as QueueStatus,
    rewind: async (request, options) => (await ask('rewind', request, options)) as true,
  };
}
