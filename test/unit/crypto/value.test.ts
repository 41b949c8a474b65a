import fc from 'fast-check';
import * as E from 'fp-ts/Either';
import { InvalidInput } from '../../../src/domain';
import type { ValueLimits, ValueRefusal } from '../../../src/crypto';
import { createValueCodec, decodeValue, encodeValue, VALUE_LIMITS } from '../../../src/crypto';

const encoded = (value: unknown, limits?: ValueLimits): Buffer => {
  const result = encodeValue(value, limits);
  if (E.isLeft(result)) throw new Error(result.left.message);
  return result.right;
};
const again = (value: unknown): unknown => decodeValue(encoded(value));
const refusal = (value: unknown, limits?: ValueLimits): ValueRefusal => {
  const result = encodeValue(value, limits);
  if (E.isRight(result)) throw new Error('was not refused');
  return result.left;
};

/** Keys that a careless codec takes for its own, or for the language's. */
const keys = fc.oneof(
  fc.constantFrom('$u', '$n', '$i', '$d', '$b', '$', '$$', '$$d', '__proto__', 'toJSON', 'type'),
  fc.string({ unit: 'binary' }),
);

const values = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.oneof(
      fc.constantFrom(undefined, null, NaN, Infinity, -Infinity, -0, 0, ''),
      fc.boolean(),
      fc.double(),
      fc.string({ unit: 'binary' }),
      fc.bigInt(),
      fc.date({ noInvalidDate: true }),
      fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    ),
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .array(fc.tuple(keys, tie('value')), { maxLength: 4 })
      .map((entries) => Object.fromEntries(entries)),
  ),
})).value;

test('every value comes back as it was', () => {
  fc.assert(
    fc.property(values, (value) => {
      expect(again(value)).toStrictEqual(value);
    }),
    { numRuns: 1_000 },
  );
});

test('a value that JSON can say is plain JSON', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 4 }), (json) => {
      const value: unknown = JSON.parse(json);
      fc.pre(!json.includes('-0'));
      expect(encoded(value).toString()).toBe(JSON.stringify(value));
    }),
  );
});

describe.each<[string, unknown]>([
  ['undefined', undefined],
  ['undefined in an object', { a: undefined }],
  ['undefined in an array', [undefined, 1]],
  ['-0', [-0]],
  ['what looks like a date tag', { $d: 0 }],
  ['what looks like a tag, beside a date', { a: { $d: 0 }, b: new Date(1) }],
  ['what looks like an escaped tag, beside a date', { a: { $$d: 0 }, b: new Date(1) }],
  ['a lone surrogate', 'a\ud800b'],
  ['a lone surrogate as a key', { '\udfff': 1n }],
  ['a negative BigInt', -(2n ** 200n)],
  ['the form of a Buffer in JSON', { type: 'Buffer', data: [1, 2] }],
])('%s', (_, value) => {
  test('comes back', () => {
    expect(again(value)).toStrictEqual(value);
  });
});

test('a Uint8Array comes back as a Buffer of just its bytes', () => {
  const view = new Uint8Array(new Uint8Array([9, 1, 2, 9]).buffer, 1, 2);
  expect(again({ view })).toStrictEqual({ view: Buffer.from([1, 2]) });
});

test('a hole comes back as undefined, an object without prototype with one', () => {
  expect(again([1, , 2])).toStrictEqual([1, undefined, 2]);
  const bare = Object.assign(Object.create(null) as object, { a: 1 });
  expect(again({ bare })).toStrictEqual({ bare: { a: 1 } });
});

test.each(['{"__proto__":{"admin":true}}', '{"a":{"__proto__":{"admin":true}}}'])(
  '%s stays a key and gives nobody a prototype',
  (json) => {
    for (const value of [JSON.parse(json), [JSON.parse(json), 1n]] as unknown[]) {
      const back = again(value);
      expect(back).toStrictEqual(value);
      const root = Array.isArray(back) ? (back[0] as object) : (back as { a?: object });
      const holder = 'a' in root ? (root.a as object) : root;
      expect(Object.getPrototypeOf(holder)).toBe(Object.prototype);
      expect(Object.hasOwn(holder, '__proto__')).toBe(true);
      expect('admin' in holder).toBe(false);
      expect(({} as { admin?: boolean }).admin).toBeUndefined();
    }
  },
);

class Point {
  x = 1;
}

test.each<[string, unknown, string]>([
  ['a function', { items: [0, 1, 2, { run: () => 1 }] }, 'value.items[3].run'],
  ['a symbol', [Symbol('s')], 'value[0]'],
  ['a symbol as a key', { a: { [Symbol('s')]: 1 } }, 'value.a'],
  ['a class instance', { 'my key': new Point() }, 'value["my key"]'],
  ['a Map', { m: new Map() }, 'value.m'],
  ['a Set', new Set(), 'value'],
  ['a RegExp', [/x/], 'value[0]'],
  ['an Error', { e: new Error('x') }, 'value.e'],
  ['a Promise', { p: Promise.resolve() }, 'value.p'],
  ['a boxed string', { s: Object('x') as unknown }, 'value.s'],
  ['another typed array', { f: new Float64Array(1) }, 'value.f'],
  ['an ArrayBuffer', { f: new ArrayBuffer(1) }, 'value.f'],
  ['an invalid Date', { at: new Date(NaN) }, 'value.at'],
  ['a subclass of Array', { a: new (class extends Array {})() }, 'value.a'],
  ['an inherited key', { a: Object.create({ b: 1 }) as object }, 'value.a'],
  [
    'a function far down beside a Buffer',
    { a: Buffer.alloc(1), b: [[{ c: Math.max }]] },
    'value.b[0][0].c',
  ],
])('%s is refused and named', (_, value, path) => {
  const refused = refusal(value);
  expect(refused).toMatchObject({ kind: 'unsupported', path });
  expect(refused.message).toContain(path);
});

test('no toJSON is called, wherever it is', () => {
  const toJSON = jest.fn(() => 'forged');
  const own = { toJSON };
  const unseen = Object.defineProperty({}, 'toJSON', { value: toJSON });
  const array = Object.assign([1], { toJSON });
  for (const value of [own, unseen, array]) {
    expect(refusal({ value })).toMatchObject({ kind: 'unsupported', path: 'value.value.toJSON' });
  }
  expect(toJSON).not.toHaveBeenCalled();
});

test('a getter that throws is a refusal, not an exception', () => {
  const value = {
    get secret() {
      throw new Error('no');
    },
  };
  expect(refusal(value)).toMatchObject({ kind: 'unsupported', path: 'value' });
});

const nested = (levels: number): unknown => {
  let value: unknown = 1;
  for (let i = 0; i < levels; i++) value = i % 2 ? [value] : { a: value };
  return value;
};

test('100 levels are taken, 101 are not, and a million do not overflow the stack', () => {
  expect(again(nested(100))).toStrictEqual(nested(100));
  expect(refusal(nested(101))).toMatchObject({ kind: 'tooDeep' });
  expect(refusal(nested(1_000_000))).toMatchObject({ kind: 'tooDeep' });
});

test('a cycle is called a cycle, with the way to where it closes', () => {
  const ring: Record<string, unknown> = { list: [] };
  (ring.list as unknown[]).push(1, { back: ring });
  expect(refusal({ ring })).toMatchObject({ kind: 'cyclic', path: 'value.ring.list[1].back' });

  const large: Record<string, unknown> = { text: 'x'.repeat(200_000) };
  large.self = large;
  expect(refusal(large)).toMatchObject({ kind: 'cyclic', path: 'value.self' });
});

test('an object that is there twice is no cycle', () => {
  const shared = { a: 1 };
  expect(again([shared, shared])).toStrictEqual([shared, shared]);
});

test('the limit counts encoded bytes and is exact', () => {
  const limits = { depthMax: 100, bytesMax: 20 };
  expect(encoded('x'.repeat(18), limits)).toHaveLength(20);
  expect(refusal('x'.repeat(19), limits).kind).toBe('tooLarge');
  expect(encoded('é'.repeat(9), limits)).toHaveLength(20);
  expect(refusal('é'.repeat(10), limits).kind).toBe('tooLarge');
  expect(encoded('x'.repeat(VALUE_LIMITS.bytesMax - 2))).toHaveLength(256 * 1024);
  expect(refusal('x'.repeat(VALUE_LIMITS.bytesMax - 1)).kind).toBe('tooLarge');
});

test('no value within the limit is refused by the bound that ends the walk early', () => {
  fc.assert(
    fc.property(values, (value) => {
      const { length } = encoded(value);
      expect(encoded(value, { depthMax: 100, bytesMax: length })).toHaveLength(length);
    }),
  );
});

const web = (levels: number): unknown => {
  let value: unknown = 1;
  for (let i = 0; i < levels; i++) value = [value, value];
  return value;
};

test.each<[string, () => unknown]>([
  ['a web of 2^60 shared objects', () => web(60)],
  ['an array of four thousand million holes', () => new Array<unknown>(2 ** 32 - 1)],
  ['a BigInt of 8 MB', () => 1n << (8n * 8_000_000n)],
  ['a Buffer of 64 MB', () => Buffer.alloc(64 * 1024 * 1024)],
])('%s is refused at once', (_, make) => {
  const value = make();
  const start = performance.now();
  expect(refusal(value).kind).toBe('tooLarge');
  expect(performance.now() - start).toBeLessThan(5_000);
});

test.each<[unknown, string]>([
  [undefined, '{"$u":0}'],
  [NaN, '{"$n":"NaN"}'],
  [-Infinity, '{"$n":"-Infinity"}'],
  [-0, '{"$n":"-0"}'],
  [255n, '{"$i":"ff"}'],
  [-255n, '{"$i":"-ff"}'],
  [new Date(5), '{"$d":5}'],
  [Buffer.of(1, 2), '{"$b":"AQI="}'],
  [{ $d: 1, a: 1n }, '{"$$d":1,"a":{"$i":"1"}}'],
  [[null, 'x', true, 0n], '[null,"x",true,{"$i":"0"}]'],
])('the format of %p is %s', (value, text) => {
  expect(encoded(value).toString()).toBe(`\u0001${text}`);
  expect(decodeValue(Buffer.from(`\u0001${text}`))).toStrictEqual(value);
});

test('a tag that is none is named', () => {
  const decode = (text: string) => () => decodeValue(Buffer.from(`\u0001${text}`));
  expect(decode('{"$x":1}')).toThrow('the tag $x is unknown: it was written by a newer version');
  expect(decode('{"$d":1,"a":2}')).toThrow('the tag $d stands beside other keys');
  expect(decode('{"a":[{"$":1}]}')).toThrow('the tag $ is unknown');
});

test('a key that was __proto__ can be changed and taken out like any other', () => {
  const back = again(JSON.parse('{"__proto__":1,"n":1}')) as object;
  const tagged = again(Object.assign(JSON.parse('{"__proto__":1}') as object, { n: 1n })) as object;
  for (const each of [back, tagged]) {
    expect(Object.getOwnPropertyDescriptor(each, '__proto__')).toEqual({
      value: 1,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
});

test('what is too large once it is written says how large it is, and what is allowed', () => {
  expect(refusal('é'.repeat(10), { depthMax: 1, bytesMax: 20 })).toEqual({
    kind: 'tooLarge',
    path: 'value',
    message:
      'value has 22 bytes encoded, 20 are allowed; store the data elsewhere and add a reference to it',
  });
});

test('what a getter throws is told, an error or not', () => {
  const throwing = (thrown: unknown) => ({
    get secret() {
      throw thrown;
    },
  });
  expect(refusal(throwing(new Error('no'))).message).toBe(
    'value could not be read (no); give plain data',
  );
  expect(refusal(throwing(1)).message).toBe(
    'value could not be read (something was thrown); give plain data',
  );
});

test('bytes that are no value throw', () => {
  for (const text of ['', '{', '\u0001', '\u0001{"$x":1}', '\u0001{"$d":1,"a":2}']) {
    expect(() => decodeValue(Buffer.from(text))).toThrow();
  }
});

describe('the codec of the commands', () => {
  test('round-trips, and refuses by InvalidInput with the path below the name it was given', () => {
    const codec = createValueCodec();
    expect(codec.decode(codec.encode({ n: 1n }, 'token'))).toStrictEqual({ n: 1n });
    const refused = () => codec.encode({ a: [Math.max] }, 'token');
    expect(refused).toThrow(InvalidInput);
    expect(refused).toThrow(/^token\.a\[0\] is a function; a value is JSON/);
    try {
      refused();
    } catch (error) {
      expect((error as InvalidInput).data).toEqual({
        path: 'token.a[0]',
        expected: 'a value that can be stored',
        kind: 'unsupported',
      });
    }
  });

  test.each([
    { depthMax: 1_001, bytesMax: 1 },
    { depthMax: 0, bytesMax: 1 },
    { depthMax: NaN, bytesMax: 1 },
    { depthMax: 1, bytesMax: 0 },
  ])('does not take the limits %j', (limits) => {
    expect(() => createValueCodec(limits)).toThrow(RangeError);
    expect(() => createValueCodec(limits)).toThrow(
      limits.bytesMax === 0
        ? 'bytesMax must be at least 1, is 0'
        : `depthMax must be from 1 to 1000, is ${limits.depthMax}`,
    );
  });

  test('takes the least of limits', () => {
    const codec = createValueCodec({ depthMax: 1, bytesMax: 1 });
    expect(codec.encode(1, 'value').toString()).toBe('1');
    expect(() => codec.encode(10, 'value')).toThrow(InvalidInput);
  });

  test('the deepest limit it takes does not overflow the stack', () => {
    const codec = createValueCodec({ depthMax: 1_000, bytesMax: 1_000_000 });
    const value = [nested(999), -0];
    expect(codec.decode(codec.encode(value, 'value'))).toStrictEqual(value);
  });
});
