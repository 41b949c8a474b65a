import type { KeyObject } from 'node:crypto';
import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import type { StoredSeal } from '../domain';
import { InvalidInput } from '../domain';

/** Public keys by the name that seals give them. */
export type PublicKeys = ReadonlyMap<string, KeyObject>;

/** A key that seals: PEM, PKCS#8. Throws InvalidInput for what is no Ed25519 key. */
export function sealingKeyOf(pem: string): KeyObject {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // Said below, without anything of the key.
  }
  throw notEd25519('seals.keyFile', 'private');
}

/** The public keys in a PEM text, several one after another; of a private key that which belongs to it. */
export function publicKeysOf(pem: string): PublicKeys {
  const blocks = pem.match(/-----BEGIN ([A-Z ]+)-----[^]+?-----END \1-----/g) ?? [];
  const keys = new Map<string, KeyObject>();
  for (const block of blocks) {
    try {
      const key = createPublicKey(block);
      if (key.asymmetricKeyType === 'ed25519') keys.set(nameOf(key), key);
    } catch {
      // Counted below.
    }
  }
  if (keys.size === 0 || keys.size !== new Set(blocks).size) {
    throw notEd25519('public-key', 'public');
  }
  return keys;
}

const notEd25519 = (path: string, kind: string): InvalidInput =>
  new InvalidInput(
    `The file must hold a ${kind} Ed25519 key as PEM, for example from: openssl genpkey -algorithm ed25519`,
    { path, expected: `a ${kind} Ed25519 key as PEM` },
  );

/** SHA-256 of the public key (SubjectPublicKeyInfo), in hex. */
export const nameOf = (key: KeyObject): string =>
  createHash('sha256')
    .update(
      (key.type === 'private' ? createPublicKey(key) : key).export({ type: 'spki', format: 'der' }),
    )
    .digest('hex');

/** What is signed names what it is, so that no other signature of the key is one of a seal. */
const signedText = (body: string): Buffer => Buffer.from(`imicros-flow-worker seal\n${body}`);

export const signatureOf = (body: string, key: KeyObject): string =>
  sign(null, signedText(body), key).toString('base64');

export const isSignedBy = ({ body, signature }: StoredSeal, key: KeyObject): boolean =>
  verify(null, signedText(body), key, Buffer.from(signature, 'base64'));

/** What the next seal is chained to; null: it is the first. */
export const sealHash = (seal: Pick<StoredSeal, 'body' | 'signature'> | null): string =>
  seal === null
    ? '0'.repeat(64)
    : createHash('sha256').update(`${seal.body}\n${seal.signature}`).digest('hex');
