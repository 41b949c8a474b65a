import type { Call } from './call';
import { remade } from './remade';

/** What is used of a Moleculer broker. */
export interface Broker {
  call(
    action: string,
    params: object,
    options: { readonly meta: object; readonly timeout: number },
  ): Promise<unknown>;
}

/** Calls the actions of `worker.queue`. Moleculer ends no call: one that is aborted may go on unheard. */
export const overBroker =
  (broker: Broker, ownerId: string, timeoutMs: number): Call =>
  async (action, params) => {
    try {
      const options = { meta: { ownerId }, timeout: timeoutMs };
      return await broker.call(`worker.queue.${action}`, params, options);
    } catch (error) {
      throw remade(error instanceof Error ? error : { message: String(error) }, error);
    }
  };
