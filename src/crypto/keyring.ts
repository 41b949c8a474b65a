import { randomBytes, randomUUID } from 'node:crypto';
import { asKeyError, KeyGone } from './errors';
import type { KeyringKey, Owners } from './keyringFile';
import { KEYRING_KEY_BYTES, readKeyring, writeKeyring } from './keyringFile';
import type { KeySource } from './keySource';

/**
 * Keys of owners in a local file, for a queue without a key service. All methods reject with
 * KeyUnavailable: KeyringUnusable (chmod 600; damaged), KeySourceUnreachable (file system).
 */
export interface Keyring extends KeySource {
  /** Adds a key that new writes use from now on, and answers its id. Old keys stay readable. */
  rotate(ownerId: string): Promise<string>;
  /**
   * Removes a key for good: what it encrypted can never be read again. True: it was there.
   * Rotate first and wait until every process has noticed (newestTtlMs): what is still written with the
   * destroyed key is lost, too. Of the keys left the newest is used; if none is left, a new one is made.
   */
  destroy(ownerId: string, id: string): Promise<boolean>;
}

/**
 * The file is made at the first `current`, and an owner's first key when it is asked for. It is read in
 * each call; the caches are above (ownerKeys.ts). One keyring a file: the lock of the log on the data
 * folder keeps other processes out.
 */
export function openKeyring(path: string): Keyring {
  /** Changes one after the other. */
  let last: Promise<unknown> = Promise.resolve();
  function change<T>(edit: (owners: Owners) => T): Promise<T> {
    const next = last.then(async () => {
      const owners = await readKeyring(path);
      const before = new Map(owners);
      const result = edit(owners);
      if (!same(before, owners)) await writeKeyring(path, owners);
      return result;
    });
    last = next.catch(() => undefined);
    return next;
  }

  return {
    current: (ownerId) =>
      asKeyError(ownerId, undefined, async () => {
        const newest = (await readKeyring(path)).get(ownerId)?.at(-1);
        return newest ?? change((owners) => owners.get(ownerId)?.at(-1) ?? addKey(owners, ownerId));
      }),
    byId: (ownerId, id) =>
      asKeyError(ownerId, id, async () => {
        const keys = (await readKeyring(path)).get(ownerId) ?? [];
        const key = keys.find((each) => each.id === id);
        if (!key) throw new KeyGone(ownerId, id);
        return key;
      }),
    rotate: (ownerId) =>
      asKeyError(ownerId, undefined, () => change((owners) => addKey(owners, ownerId).id)),
    destroy: (ownerId, id) =>
      asKeyError(ownerId, id, () => change((owners) => removeKey(owners, ownerId, id))),
  };
}

function addKey(owners: Owners, ownerId: string): KeyringKey {
  const key = { id: randomUUID(), key: randomBytes(KEYRING_KEY_BYTES) };
  owners.set(ownerId, [...(owners.get(ownerId) ?? []), key]);
  return key;
}

function removeKey(owners: Owners, ownerId: string, id: string): boolean {
  const keys = owners.get(ownerId) ?? [];
  const left = keys.filter((key) => key.id !== id);
  if (left.length === keys.length) return false;
  if (left.length > 0) owners.set(ownerId, left);
  else owners.delete(ownerId);
  return true;
}

const same = (a: Owners, b: Owners): boolean =>
  a.size === b.size && [...a].every(([ownerId, keys]) => b.get(ownerId) === keys);
