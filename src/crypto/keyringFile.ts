import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { lengthPrefixed } from './lengthPrefixed';
import { KeyringUnusable } from './errors';
import { replaceFile } from './atomicFile';

export const KEYRING_KEY_BYTES = 32;

export interface KeyringKey {
  readonly id: string;
  readonly key: Buffer;
}

/** The keys of each owner, the newest last. */
export type Owners = Map<string, readonly KeyringKey[]>;

/**
 * Reads a keyring:
 *   { "version": 1, "owners": [{ "ownerId", "keys": [{ "id", "key": base64, "check": hex }] }] }
 * No file: no owners. Rejects with KeyringUnusable where others than its user may read it or something
 * in it is damaged, and with the error of the file system.
 */
export async function readKeyring(path: string): Promise<Owners> {
  const text = await readPrivate(path);
  if (text === null) return new Map();
  try {
    return ownersOf(JSON.parse(text));
  } catch (error) {
    // JSON.parse quotes what it could not read: that may be a key, so its words are not passed on.
    const what = error instanceof Damage ? error.message : 'it is not JSON';
    throw new KeyringUnusable(
      path,
      `is damaged (${what}) and was left as it is`,
      'Restore it from a backup; without its keys what they encrypted is lost',
    );
  }
}

export async function writeKeyring(path: string, owners: Owners): Promise<void> {
  const content = {
    version: 1,
    owners: [...owners].map(([ownerId, keys]) => ({
      ownerId,
      keys: keys.map(({ id, key }) => ({
        id,
        key: key.toString('base64'),
        check: checkOf(ownerId, id, key),
      })),
    })),
  };
  await replaceFile(path, `${JSON.stringify(content, null, 2)}\n`);
}

/** Mode and content of the same open file, so that neither is of another one put in its place. */
async function readPrivate(path: string): Promise<string | null> {
  let file;
  try {
    file = await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  try {
    const { mode } = await file.stat();
    // Windows has no such bits.
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      const octal = (mode & 0o777).toString(8);
      throw new KeyringUnusable(
        path,
        `may be used by others than its user (mode ${octal})`,
        `Run: chmod 600 ${path}`,
      );
    }
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

class Damage extends Error {}

function ownersOf(json: unknown): Owners {
  const { version, owners: list } = fieldsOf(json);
  if (version !== 1) throw new Damage('its version is not 1');
  const owners: Owners = new Map();
  for (const each of listOf(list)) {
    const { ownerId, keys } = fieldsOf(each);
    if (typeof ownerId !== 'string') throw new Damage('an owner has no id');
    if (owners.has(ownerId)) throw new Damage(`owner ${ownerId} is there twice`);
    owners.set(
      ownerId,
      listOf(keys).map((key) => keyOf(ownerId, key)),
    );
  }
  return owners;
}

function keyOf(ownerId: string, json: unknown): KeyringKey {
  const { id, key: base64, check } = fieldsOf(json);
  if (typeof id !== 'string' || typeof base64 !== 'string') {
    throw new Damage(`a key of owner ${ownerId} is incomplete`);
  }
  const key = Buffer.from(base64, 'base64');
  // Several texts give the same bytes; only one of them was written.
  const asWritten = key.length === KEYRING_KEY_BYTES && key.toString('base64') === base64;
  if (!asWritten || check !== checkOf(ownerId, id, key)) {
    throw new Damage(`key ${id} of owner ${ownerId} is not what was written`);
  }
  return { id, key };
}

/** A changed key would decrypt nothing and encrypt what nobody can read; so it is noticed here. */
const checkOf = (ownerId: string, id: string, key: Buffer): string =>
  createHash('sha256')
    .update(lengthPrefixed([ownerId, id]))
    .update(key)
    .digest('hex')
    .slice(0, 16);

function fieldsOf(json: unknown): Readonly<Record<string, unknown>> {
  if (typeof json !== 'object' || json === null) throw new Damage('something is missing');
  return json as Readonly<Record<string, unknown>>;
}

function listOf(json: unknown): readonly unknown[] {
  if (!Array.isArray(json)) throw new Damage('a list is missing');
  return json as readonly unknown[];
}
