import * as E from 'fp-ts/Either';
import type { Place, Sealer, Vault } from '../domain';
import { seal, unseal } from './cipher';
import type { OwnerKey } from './derive';
import { payloadUnreadable } from './errors';
import type { KeySource } from './keySource';
import { lengthPrefixed } from './lengthPrefixed';
import type { OwnerKeysOptions } from './ownerKeys';
import { OwnerKeys } from './ownerKeys';
import { checkNames, frame, unframe } from './payload';

/** Part of what every field is bound to. */
const FORMAT = 1;

/**
 * Seals with the owner's newest key, opens with the key that a payload names. Where the keys are cached,
 * neither waits. A sealer is for the round it was asked for: kept longer, it goes on with a key that may
 * be destroyed meanwhile.
 */
export function createVault(source: KeySource, options: OwnerKeysOptions = {}): Vault {
  const keys = new OwnerKeys(source, options);
  return {
    async sealer(ownerId) {
      return sealerWith(keys.cachedNewest(ownerId) ?? (await keys.newest(ownerId)));
    },
    async open(place, keyId, payload, field) {
      const key = keys.cached(place.ownerId, keyId) ?? (await keys.byId(place.ownerId, keyId));
      return openField(key, place, payload, field);
    },
  };
}

const sealerWith = (key: OwnerKey): Sealer => ({
  keyId: key.keyId,
  seal(place, fields) {
    if (place.ownerId !== key.ownerId) throw new Error('a sealer seals for its own owner only');
    const names = Object.keys(fields);
    checkNames(names);
    const segmentKey = key.segmentKey(place.serviceId, place.segment);
    return frame(
      Object.entries(fields).map(([name, plain]) => ({
        name,
        sealed: seal(segmentKey, binding(place, key.keyId, name, names), plain),
      })),
    );
  },
});

function openField(key: OwnerKey, place: Place, payload: Buffer, name: string): Buffer {
  const unreadable = (problem: string) =>
    payloadUnreadable(problem, { ...place, keyId: key.keyId, field: name });

  const fields = unframe(payload);
  if (E.isLeft(fields)) throw unreadable(fields.left);
  const field = fields.right.find((each) => each.name === name);
  if (!field) throw unreadable(`it has no field ${name}`);
  const names = fields.right.map((each) => each.name);
  const segmentKey = key.segmentKey(place.serviceId, place.segment);
  const plain = unseal(segmentKey, binding(place, key.keyId, name, names), field.sealed);
  if (!plain) throw unreadable('it is not what was sealed for this place with this key');
  return plain;
}

/** What a field is bound to: opened with anything else, it does not open. The segment is in its key. */
const binding = (place: Place, keyId: string, field: string, names: readonly string[]): Buffer =>
  lengthPrefixed([
    FORMAT,
    keyId,
    place.ownerId,
    place.serviceId,
    place.index,
    place.type,
    place.leaseId,
    field,
    ...names,
  ]);
