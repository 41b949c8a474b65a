import type { KeyObject } from 'node:crypto';
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { NONCE_BYTES, Nonces } from './nonces';

const ALGORITHM = 'aes-256-gcm';
/** Explicit on both sides: without it, Node takes a tag cut down to 4 bytes. */
const TAG = { authTagLength: 16 };
const VERSION = 1;
const HEAD_BYTES = 1 + NONCE_BYTES;

const nonces = new Nonces();

/** version (1 byte) | nonce (12) | ciphertext (as long as `plain`) | tag (16). */
export function seal(key: KeyObject, associated: Buffer, plain: Buffer): Buffer {
  const nonce = nonces.next();
  const cipher = createCipheriv(ALGORITHM, key, nonce, TAG);
  cipher.setAAD(associated);
  const encrypted = cipher.update(plain);
  cipher.final();
  const sealed = Buffer.allocUnsafe(HEAD_BYTES + encrypted.length + TAG.authTagLength);
  sealed[0] = VERSION;
  sealed.set(nonce, 1);
  sealed.set(encrypted, HEAD_BYTES);
  sealed.set(cipher.getAuthTag(), HEAD_BYTES + encrypted.length);
  return sealed;
}

/** Null: not what `seal` made with this key and associated data. */
export function unseal(key: KeyObject, associated: Buffer, sealed: Buffer): Buffer | null {
  const tagAt = sealed.length - TAG.authTagLength;
  if (tagAt < HEAD_BYTES || sealed[0] !== VERSION) return null;
  const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(1, HEAD_BYTES), TAG);
  decipher.setAAD(associated);
  decipher.setAuthTag(sealed.subarray(tagAt));
  const plain = decipher.update(sealed.subarray(HEAD_BYTES, tagAt));
  try {
    decipher.final();
    return plain;
  } catch {
    return null;
  }
}
