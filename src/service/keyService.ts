import { isLeft } from 'fp-ts/Either';
import * as t from 'io-ts';
import type { ServiceBroker } from 'moleculer';
import { KeyUnavailable } from '../domain';
import type { RemoteService } from './options';
import { leaf } from './params/leaf';

/** A Buffer that went over a JSON transporter. */
const SentBuffer = t.strict({ type: t.literal('Buffer'), data: t.array(t.Int) });
const KeyBytes = leaf<Buffer>('a Buffer', (u): u is Buffer => Buffer.isBuffer(u));
const OwnerKey = t.strict({ id: t.string, key: t.union([t.string, KeyBytes, SentBuffer]) });

export type OwnerKeys = (ownerId: string, id?: string) => Promise<{ id: string; key: string | Buffer }>;

/**
 * The owners' keys from a key service: action `getOek` { service: 'worker.queue', id? } -> { id, key },
 * called with the owner in meta. Without an id it gives the newest key. Whatever goes wrong there is
 * KeyUnavailable here.
 */
export function keysFrom(broker: Pick<ServiceBroker, 'call'>, { name, timeoutMs }: RemoteService): OwnerKeys {
  return async (ownerId, id) => {
    const params = { service: 'worker.queue', ...(id === undefined ? {} : { id }) };
    let answer: unknown;
    try {
      answer = await broker.call(`${name}.getOek`, params, { meta: { ownerId }, timeout: timeoutMs });
    } catch (cause) {
      throw new KeyUnavailable(`${name}.getOek did not give a key`, {}, cause);
    }
    const decoded = OwnerKey.decode(answer);
    if (isLeft(decoded)) throw new KeyUnavailable(`${name}.getOek answered something that is not a key`);
    const { key } = decoded.right;
    return {
      id: decoded.right.id,
      key: typeof key === 'string' || Buffer.isBuffer(key) ? key : Buffer.from(key.data),
    };
  };
}
