import { generateKeyPairSync, sign } from 'node:crypto';
import type { Epoch, StoredSeal } from '../../../src/domain';
import { createSealer, publicKeysOf } from '../../../src/seals';
import { checkChain } from '../../../src/seals/checkChain';
import { queueOf, segment } from '../../support/rows';

const QUEUE = queueOf('owner', 'service');

function newKey() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    secret: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    open: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}
const key = newKey();
const other = newKey();

function chainOf(count: number, secrets: readonly string[] = [key.secret]): StoredSeal[] {
  const seals: StoredSeal[] = [];
  for (let i = 0; i < count; i++) {
    const underWay = createSealer(secrets[i % secrets.length]!).begin();
    const { seal } = underWay.end({
      queue: QUEUE,
      segment: segment(i + 1),
      epoch: 1 as Epoch,
      closedAt: i,
      sealedAt: i,
      before: seals.at(-1) ?? null,
    });
    seals.push(seal);
  }
  return seals;
}
const found = (seals: readonly StoredSeal[], pem = key.open) =>
  checkChain(QUEUE, seals, publicKeysOf(pem)).findings;
const edited = (seals: StoredSeal[], i: number, change: Partial<StoredSeal>): StoredSeal[] =>
  seals.map((seal, j) => (i === j ? { ...seal, ...change } : seal));

test('a chain as it was made has no findings, also one of several keys', () => {
  expect(found(chainOf(5))).toEqual([]);
  const keys = `${key.open}\n${other.open}`;
  expect(found(chainOf(5, [key.secret, other.secret]), keys)).toEqual([]);
});

test('the private key gives the public one', () => {
  expect(found(chainOf(2), key.secret)).toEqual([]);
});

test('a body that was changed no longer has its signature, and the next does not continue it', () => {
  const seals = chainOf(3);
  const body = seals[1]!.body.replace('"sealedAt":1', '"sealedAt":9');
  expect(found(edited(seals, 1, { body }))).toEqual([
    { type: 'signature', seal: 2 },
    { type: 'chain', seal: 3 },
  ]);
});

test('a seal that another key signed anew breaks the chain, and its key is named', () => {
  const seals = chainOf(3);
  const forged = chainOf(3, [key.secret, other.secret])[1]!;
  const chain = checkChain(QUEUE, edited(seals, 1, forged), publicKeysOf(key.open));
  expect(chain.findings).toEqual([{ type: 'chain', seal: 3 }]);
  expect(chain.unknownKeys).toEqual([...publicKeysOf(other.open).keys()]);
});

test('a signature of another key in the name of the known one is none', () => {
  const [seal] = chainOf(1);
  const [foreign] = chainOf(1, [other.secret]);
  expect(found([{ ...seal!, signature: foreign!.signature }])).toEqual([
    { type: 'signature', seal: 1 },
  ]);
});

test('a signature of the key under the same text, made for something else, is none', () => {
  const [seal] = chainOf(1);
  const signature = sign(null, Buffer.from(seal!.body), key.secret).toString('base64');
  expect(found([{ ...seal!, signature }])).toEqual([{ type: 'signature', seal: 1 }]);
});

test('a seal continues the signature of the one before it, too', () => {
  const seals = chainOf(2);
  expect(found(edited(seals, 0, { signature: seals[1]!.signature }))).toEqual([
    { type: 'signature', seal: 1 },
    { type: 'chain', seal: 2 },
  ]);
});

test('a seal that is missing in the middle or at the beginning is named', () => {
  const seals = chainOf(4);
  expect(found(seals.filter((_, i) => i !== 1))).toEqual([{ type: 'missing', seal: 2 }]);
  expect(found(seals.slice(2))).toEqual([
    { type: 'missing', seal: 1 },
    { type: 'missing', seal: 2 },
  ]);
});

test('those missing at the end show in number and hash of the newest', () => {
  const seals = chainOf(3);
  const newest = (of: StoredSeal[]) => checkChain(QUEUE, of, publicKeysOf(key.open)).newest;
  expect(found(seals.slice(0, 2))).toEqual([]);
  expect(newest(seals.slice(0, 2))).not.toBe(newest(seals));
});

test('a seal of another queue, number or segment is not one of this', () => {
  const [seal] = chainOf(1);
  const elsewhere = checkChain(queueOf('other', 'service'), [seal!], publicKeysOf(key.open));
  expect(elsewhere.findings).toEqual([{ type: 'seal', seal: 1 }]);
  const ofAnother = checkChain(queueOf('owner', 'other'), [seal!], publicKeysOf(key.open));
  expect(ofAnother.findings).toEqual([{ type: 'seal', seal: 1 }]);
  expect(found([{ ...seal!, segment: segment(7) }])).toEqual([{ type: 'seal', seal: 1 }]);
  expect(found([{ ...seal!, number: 2 }])).toContainEqual({ type: 'seal', seal: 2 });
  expect(found([{ ...seal!, body: 'nonsense' }])).toEqual([{ type: 'seal', seal: 1 }]);
});

test('what is no Ed25519 key is refused, and not repeated', () => {
  const { privateKey } = generateKeyPairSync('x25519');
  const wrong = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  for (const pem of [wrong, 'no key', key.open]) {
    expect(() => createSealer(pem)).toThrow(/private Ed25519 key as PEM, for example/);
  }
  for (const pem of [wrong, 'no key', `${key.open}\n${wrong}`]) {
    expect(() => publicKeysOf(pem)).toThrow(/public Ed25519 key as PEM, for example/);
  }
});
