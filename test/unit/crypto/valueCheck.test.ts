import type { ValueLimits } from '../../../src/crypto';
import { checkValue } from '../../../src/crypto/valueCheck';

const check = (value: unknown, limits: Partial<ValueLimits> = {}) =>
  checkValue(value, { depthMax: 100, bytesMax: 1_000, ...limits }, 'value');
const refused = (value: unknown, limits: Partial<ValueLimits> = {}) => {
  const checked = check(value, limits);
  if (checked.ok) throw new Error('was not refused');
  return checked.refusal;
};

class Point {
  x = 1;
}

test.each<[string, unknown, number]>([
  ['a string', 'abc', 5],
  ['a number', 12.5, 1],
  ['true', true, 4],
  ['null', null, 4],
  ['undefined', undefined, 1],
  ['a BigInt', 5n, 1],
  ['a Date', new Date(0), 1],
  ['bytes', Buffer.alloc(6), 8],
  ['an empty array', [], 0],
  ['an array', ['a', 1], 6],
  ['an empty object', {}, 2],
  ['an object', { ab: true, c: {} }, 17],
])('%s has at least so many bytes: %j, %i', (_, value, bytes) => {
  expect(check(value, { bytesMax: bytes }).ok).toBe(true);
  expect(refused(value, { bytesMax: bytes - 1 })).toMatchObject({ kind: 'tooLarge' });
});

test('a BigInt is refused before it is written out, by four bits a byte', () => {
  for (const bigint of [2n ** 39n - 1n, -(2n ** 39n)]) {
    expect(check(bigint, { bytesMax: 10 }).ok).toBe(true);
  }
  for (const bigint of [2n ** 39n, -(2n ** 39n) - 1n]) {
    expect(refused(bigint, { bytesMax: 10 }).kind).toBe('tooLarge');
  }
});

test('where a value gets too large is named', () => {
  expect(refused({ a: ['x', 'y'.repeat(20)] }, { bytesMax: 20 })).toEqual({
    kind: 'tooLarge',
    path: 'value.a[1]',
    message:
      'value.a[1] is where the value exceeds 20 bytes; store the data elsewhere and add a reference to it',
  });
});

test.each<[string, unknown, boolean]>([
  ['a number', 1, false],
  ['0', 0, false],
  ['text, a truth and null', ['x', true, null, { a: {} }], false],
  ['NaN', NaN, true],
  ['-0', -0, true],
  ['an infinity', { a: [-Infinity] }, true],
  ['undefined', [undefined], true],
  ['a BigInt', 1n, true],
  ['a Date', new Date(0), true],
  ['bytes', Buffer.of(1), true],
])('%s: is a tag needed?', (_, value, special) => {
  expect(check(value)).toEqual({ ok: true, special });
});

test('depth counts objects and arrays around a value', () => {
  expect(check([{ a: 1 }], { depthMax: 2 }).ok).toBe(true);
  for (const value of [[{ a: {} }], [{ a: [] }]]) {
    expect(refused(value, { depthMax: 2 })).toEqual({
      kind: 'tooDeep',
      path: 'value[0].a',
      message: 'value[0].a is inside more than 2 objects and arrays; give a flatter value',
    });
  }
});

const long = 'k'.repeat(61);
const called = (name: string): object => {
  const constructor = Object.defineProperty(() => undefined, 'name', { value: name });
  return Object.create({ constructor }) as object;
};
test.each<[string, unknown, string]>([
  ['a function', Math.max, 'value is a function'],
  ['a symbol', Symbol('s'), 'value is a symbol'],
  ['an invalid Date', new Date(NaN), 'value is an invalid Date'],
  ['an instance', new Point(), 'value is an instance of Point'],
  ['a subclass of Date', new (class Day extends Date {})(), 'value is an instance of Day'],
  ['a subclass of Array', new (class List extends Array {})(), 'value is an instance of List'],
  ['a class with a long name', called(long), `instance of ${'k'.repeat(60)};`],
  ['a class without a name', called(''), 'value has a prototype of its own'],
  ['a prototype that is no class', Object.create({ constructor: 1 }), 'has a prototype of its own'],
  ['a symbol as a key', { [Symbol('s')]: 1 }, 'value has a symbol as a key'],
  ['a symbol as a key of an array', Object.assign([1], { [Symbol('s')]: 1 }), 'a symbol as a key'],
  ['a toJSON', { toJSON: () => 1 }, 'value.toJSON is a function'],
])('%s is told as what it is', (_, value, message) => {
  const refusal = refused(value);
  expect(refusal.kind).toBe('unsupported');
  expect(refusal.message).toContain(message);
  expect(refusal.message).toMatch(/; a value is JSON, undefined, BigInt, valid Date, Buffer and/);
});

test('a toJSON that is no function is a key like any other', () => {
  expect(check({ toJSON: 1 }).ok).toBe(true);
});

test.each([
  ['a_B9', 'value.a_B9'],
  ['_', 'value._'],
  ['9a', 'value["9a"]'],
  ['a b', 'value["a b"]'],
  ['', 'value[""]'],
  ['k'.repeat(60), `value.${'k'.repeat(60)}`],
  [long, `value["${'k'.repeat(60)}"]`],
])('the way over the key %j is %s', (key, path) => {
  expect(refused({ [key]: Math.max }).path).toBe(path);
});

test('a cycle is told with the way to where it closes', () => {
  const list: unknown[] = [];
  list.push({ list });
  expect(refused({ list })).toEqual({
    kind: 'cyclic',
    path: 'value.list[0].list',
    message: 'value.list[0].list contains itself; give a value without cycles',
  });
});
