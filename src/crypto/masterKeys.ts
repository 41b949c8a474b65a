import type { GetOek } from './keys';

/** A secret that the keys of all owners are derived from, each with its owner's name (derive.ts). */
export interface MasterKey {
  readonly id: string;
  /** At least 32 random bytes, as base64. */
  readonly key: string;
}

/**
 * Keys for an installation without a key service, the newest first: what is written from now on is sealed
 * with the first, what older ones have sealed can be read as long as they are there. All nodes get the
 * same. No owner's key can be destroyed alone: for that a key service is needed.
 */
export const masterKeys =
  (keys: readonly [MasterKey, ...MasterKey[]]): GetOek =>
  async (_ownerId, id) =>
    id === undefined ? keys[0] : keys.find((key) => key.id === id);
