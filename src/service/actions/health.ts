import type { ActionSchema, Service, ServiceBroker } from 'moleculer';
import type { Composition, PartHealth } from '../../compose';
import { toMoleculerError } from '../errors';
import type { QueueServiceSettings, RemoteService } from '../options';

/** What the action answers: `ready` if every part is. */
export interface Readiness {
  readonly ready: boolean;
  readonly log: PartHealth;
  readonly projection: PartHealth;
  readonly keys: PartHealth;
}

/**
 * worker.queue.health {} -> { ready, log, projection, keys }, each part { ok: true } or { ok: false, reason }.
 * Needs no owner. Of the keys it tells whether a key service is known: no owner's key is asked for.
 */
export const healthAction = (
  keys: QueueServiceSettings['keys'],
  composition: () => Composition,
): ActionSchema => ({
  visibility: 'public',
  async handler(this: Service): Promise<Readiness> {
    try {
      const { log, projection } = await composition().health();
      const keysHealth = typeof keys === 'object' ? keyService(this.broker, keys) : OK;
      const ready = [log, projection, keysHealth].every(({ ok }) => ok);
      return { ready, log, projection, keys: keysHealth };
    } catch (error) {
      throw toMoleculerError(error, this.logger);
    }
  },
});

const OK: PartHealth = { ok: true };

function keyService(broker: ServiceBroker, { name }: RemoteService): PartHealth {
  const endpoint = broker.findNextActionEndpoint(`${name}.getOek`);
  return endpoint instanceof Error
    ? { ok: false, reason: `No key service: ${endpoint.message} (services.keys)` }
    : OK;
}
