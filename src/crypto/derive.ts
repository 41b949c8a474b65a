import type { KeyObject } from 'node:crypto';
import { createSecretKey, hkdfSync, scrypt } from 'node:crypto';
import { lengthPrefixed } from './lengthPrefixed';

/** Part of every derivation: keys of another format are other keys. */
const FORMAT = 'imicros-flow-worker/1';
const KEY_BYTES = 32;
/** 16 MiB and about 40 ms a key, once per (owner, key id): owners may bring a weak secret. */
const SCRYPT = { N: 2 ** 14, r: 8, p: 1 };
/** Of one owner key: (service, segment) pairs in use at once. A miss costs about 10 us. */
const SEGMENT_KEYS_MAX = 128;

/** A key of an owner, ready to give the keys that encrypt. */
export interface OwnerKey {
  readonly ownerId: string;
  readonly keyId: string;
  /**
   * The AES-256 key of one segment of one queue; cached with this object and gone with it. One key
   * encrypts at most a few payloads per task of a segment: far below the 2^32 that random nonces allow.
   */
  segmentKey(serviceId: string, segment: number): KeyObject;
}

/** Takes key material of any form and length through scrypt, off the main thread. */
export async function deriveOwnerKey(
  ownerId: string,
  keyId: string,
  material: string | Uint8Array,
): Promise<OwnerKey> {
  const root = await scryptKey(material, lengthPrefixed([FORMAT, ownerId, keyId]));
  const segmentKeys = new Map<string, KeyObject>();
  return {
    ownerId,
    keyId,
    segmentKey(serviceId, segment) {
      const name = `${segment}:${serviceId}`;
      let key = segmentKeys.get(name);
      if (key) return key;
      key = expand(root, lengthPrefixed([FORMAT, ownerId, serviceId, segment]));
      // The oldest goes: segments are used in order, so it is the one done with.
      const [oldest] = segmentKeys.keys();
      if (segmentKeys.size >= SEGMENT_KEYS_MAX && oldest !== undefined) segmentKeys.delete(oldest);
      segmentKeys.set(name, key);
      return key;
    },
  };
}

function scryptKey(material: string | Uint8Array, salt: Buffer): Promise<KeyObject> {
  return new Promise((resolve, reject) => {
    scrypt(material, salt, KEY_BYTES, SCRYPT, (error, bytes) => {
      if (error) reject(error);
      else resolve(secretOf(bytes));
    });
  });
}

const expand = (root: KeyObject, info: Buffer): KeyObject =>
  secretOf(Buffer.from(hkdfSync('sha256', root, '', info, KEY_BYTES)));

/** A KeyObject, because a cipher takes it four times faster than raw bytes. */
function secretOf(bytes: Buffer): KeyObject {
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return key;
}
