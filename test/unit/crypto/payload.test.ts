import fc from 'fast-check';
import * as E from 'fp-ts/Either';
import { fieldNames } from '../../../src/crypto';
import { checkNames, frame, unframe } from '../../../src/crypto/payload';
import { PayloadUnreadable } from '../../../src/domain';

const value = { name: 'value', sealed: Buffer.from('sealed value') };
const token = { name: 'token', sealed: Buffer.from('sealed token') };

test('the fields of a payload come back in their order', () => {
  const field = fc
    .tuple(fc.stringMatching(/^[a-z][A-Za-z0-9]{0,31}$/), fc.uint8Array())
    .map(([name, bytes]) => ({ name, sealed: Buffer.from(bytes) }));
  const fields = fc.uniqueArray(field, {
    minLength: 1,
    maxLength: 16,
    selector: ({ name }) => name,
  });
  fc.assert(
    fc.property(fields, (given) => {
      const payload = frame(given);
      expect(unframe(payload)).toStrictEqual(E.right(given));
      expect(fieldNames(payload)).toEqual(given.map(({ name }) => name));
    }),
  );
});

test('what is cut off anywhere, or goes on after its end, is refused', () => {
  const payload = frame([value, token]);
  for (let length = 0; length < payload.length; length++) {
    const cut = () => fieldNames(payload.subarray(0, length));
    expect(cut).toThrow(PayloadUnreadable);
    expect(cut).toThrow(/cut off/);
  }
  expect(() => fieldNames(Buffer.concat([payload, Buffer.of(0)]))).toThrow(
    /follows its last field/,
  );
});

test.each<[string, Buffer, RegExp]>([
  ['a field twice', frame([value, value]), /twice/],
  ['an unknown format', Buffer.concat([Buffer.of(2), frame([value]).subarray(1)]), /format 2/],
  ['no field', Buffer.of(1, 0), /number of fields/],
  ['17 fields', Buffer.of(1, 17), /number of fields/],
  ['an impossible name', frame([{ ...value, name: 'va.ue' }]), /impossible name/],
  ['a name without end', Buffer.of(1, 1, 255, 97), /cut off/],
])('%s is refused', (_, payload, problem) => {
  expect(() => fieldNames(payload)).toThrow(problem);
});

test('any bytes are a payload or refused, never anything else', () => {
  const bytes = fc.uint8Array({ maxLength: 80 });
  fc.assert(
    fc.property(bytes, fc.boolean(), (random, likely) => {
      const payload = Buffer.from(likely ? [1, 1, ...random] : random);
      const fields = unframe(payload);
      if (E.isRight(fields)) expect(frame(fields.right)).toEqual(payload);
    }),
    { numRuns: 5_000 },
  );
});

test.each([
  [[]],
  [['Value']],
  [['']],
  [['__proto__']],
  [Array.from({ length: 17 }, (_, i) => `a${i}`)],
])('the names %j are a bug of the caller', (names) => {
  expect(() => checkNames(names)).toThrow(/cannot have the fields/);
});
