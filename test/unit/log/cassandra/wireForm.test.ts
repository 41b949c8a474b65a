import { types } from 'cassandra-driver';
import fc from 'fast-check';
import { bigint, double, int, once, text, uuid } from '../../../../src/log/cassandra/wireForm';

/** What the driver itself makes of a value; not in its public types. */
// eslint-disable-next-line @typescript-eslint/no-require-imports
const Encoder = require('cassandra-driver/lib/encoder') as new (
  protocolVersion: number,
  options: object,
) => { encode(value: unknown, type: number): Buffer };
const driver = new Encoder(4, { encoding: { useBigIntAsLong: true } });
const { dataTypes } = types;

const asTheDriver = <A>(values: fc.Arbitrary<A>, form: (value: A) => Buffer, type: number) =>
  fc.assert(
    fc.property(values, (value) => {
      expect(form(value)).toEqual(driver.encode(value, type));
    }),
  );

test('values are as the driver encodes them', () => {
  asTheDriver(fc.string({ unit: 'binary' }), text, dataTypes.text);
  asTheDriver(fc.integer(), int, dataTypes.int);
  asTheDriver(fc.double(), double, dataTypes.double);
  asTheDriver(fc.uuid(), uuid, dataTypes.uuid);
});

test('a whole number is as the driver encodes it, up to the largest that is kept exactly', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (value) => {
      expect(bigint(value)).toEqual(driver.encode(BigInt(value), dataTypes.bigint));
    }),
  );
});

test('a value that is kept is made anew once another came', () => {
  const kept = once(int);
  const forms = [1, 1, 2, 1].map(kept);
  expect(forms).toEqual([1, 1, 2, 1].map(int));
  expect(forms[1]).toBe(forms[0]);
});
