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
  ['a name that begins well', frame([{ ...value, name: 'value ' }]), /impossible name/],
  ['a name that ends well', frame([{ ...value, name: ' value' }]), /impossible name/],
  ['a name of 33 letters', frame([{ ...value, name: 'a'.repeat(33) }]), /impossible name/],
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
  [['value', 'Token']],
  [['a'.repeat(33)]],
  [['value ']],
  [[' value']],
  [['Value']],
  [['']],
  [['__proto__']],
  [Array.from({ length: 17 }, (_, i) => `a${i}`)],
])('the names %j are a bug of the caller', (names) => {
  expect(() => checkNames(names)).toThrow(/cannot have the fields/);
});

test('a payload can have 16 fields', () => {
  const names = Array.from({ length: 16 }, (_, i) => `a${i}`);
  expect(() => checkNames(names)).not.toThrow();
  expect(fieldNames(frame(names.map((name) => ({ ...value, name }))))).toEqual(names);
});

test('the format in bytes', () => {
  const payload = frame([
    { name: 'ab', sealed: Buffer.of(7, 8) },
    { name: 'c', sealed: Buffer.alloc(258, 9) },
  ]);
  const head = [1, 2, 2, 0x61, 0x62, 0, 0, 0, 2, 7, 8, 1, 0x63, 0, 0, 1, 2];
  expect([...payload.subarray(0, head.length)]).toEqual(head);
  expect(payload).toHaveLength(head.length + 258);
});
