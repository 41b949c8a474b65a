import { createSecretKey, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { seal, unseal } from '../../../src/crypto/cipher';
import { lengthPrefixed } from '../../../src/crypto/lengthPrefixed';
import { Nonces } from '../../../src/crypto/nonces';

const key = createSecretKey(randomBytes(32));
const place = Buffer.from('place');

test('opens what it sealed, of any length', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => {
      const plain = Buffer.from(bytes);
      const sealed = seal(key, place, plain);
      expect(sealed).toHaveLength(1 + 12 + plain.length + 16);
      expect(unseal(key, place, sealed)?.equals(plain)).toBe(true);
    }),
  );
});

test('refuses another key and other associated data', () => {
  const sealed = seal(key, place, Buffer.from('secret'));
  expect(unseal(createSecretKey(randomBytes(32)), place, sealed)).toBeNull();
  expect(unseal(key, Buffer.from('plac'), sealed)).toBeNull();
});

test('refuses every byte that was changed and every length that was cut', () => {
  const sealed = seal(key, place, Buffer.from('a secret of some length'));
  for (let at = 0; at < sealed.length; at++) {
    for (const bit of [1, 128]) {
      const changed = Buffer.from(sealed);
      changed[at]! ^= bit;
      expect(unseal(key, place, changed)).toBeNull();
    }
    expect(unseal(key, place, sealed.subarray(0, at))).toBeNull();
  }
});

test('refuses a tag cut down to a length that GCM knows', () => {
  const sealed = seal(key, place, Buffer.alloc(0));
  for (const bytes of [4, 8, 12, 13, 14, 15]) {
    expect(unseal(key, place, sealed.subarray(0, 13 + bytes))).toBeNull();
  }
});

test('no nonce comes twice, over many refills of the pool', () => {
  const seen = new Set<string>();
  for (let i = 0; i < 5_000; i++) {
    seen.add(seal(key, place, Buffer.alloc(0)).toString('hex', 1, 13));
  }
  expect(seen.size).toBe(5_000);
});

test('the pool is filled once in 512 nonces, and every byte of it is used once', () => {
  const fill = jest.fn((pool: Buffer) => {
    for (let i = 0; i < pool.length / 12; i++) pool.fill(0, i * 12).writeUInt32BE(i, i * 12);
  });
  const nonces = new Nonces(fill);
  const given = Array.from({ length: 512 }, () => nonces.next().readUInt32BE());
  expect(given).toEqual(Array.from({ length: 512 }, (_, i) => i));
  expect(fill).toHaveBeenCalledTimes(1);
  nonces.next();
  expect(fill).toHaveBeenCalledTimes(2);
});

test('two lists of parts never give the same bytes', () => {
  const part = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('', '1:', '2:a', '\ud800'));
  const parts = fc.array(part, { maxLength: 4 });
  fc.assert(
    fc.property(parts, parts, (a, b) => {
      const equal = JSON.stringify(a) === JSON.stringify(b);
      expect(lengthPrefixed(a).equals(lengthPrefixed(b))).toBe(equal);
    }),
    { numRuns: 2_000 },
  );
  expect(lengthPrefixed(['ab', 'c'])).not.toEqual(lengthPrefixed(['a', 'bc']));
  expect(lengthPrefixed(['a1:b'])).not.toEqual(lengthPrefixed(['a', 'b']));
  expect(lengthPrefixed(['\ud800'])).not.toEqual(lengthPrefixed(['\ud801']));
});
