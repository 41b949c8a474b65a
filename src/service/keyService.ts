import type { ServiceBroker } from 'moleculer';
import type { RemoteService } from './options';

/**
 * The owners' keys from a key service: action `getOek` { service: 'worker.queue', id? } -> { id, key },
 * called with the owner in meta; without an id it gives the newest key. Answers and errors are judged in
 * src/crypto. `meta.acl.ownerId` is the only place where imicros-keys looks for the owner.
 */
export const keysFrom =
  (broker: Pick<ServiceBroker, 'call'>, { name, timeoutMs }: RemoteService) =>
  (ownerId: string, id?: string): Promise<unknown> =>
    broker.call(
      `${name}.getOek`,
      { service: 'worker.queue', ...(id === undefined ? {} : { id }) },
      { meta: { ownerId, acl: { ownerId } }, timeout: timeoutMs },
    );
