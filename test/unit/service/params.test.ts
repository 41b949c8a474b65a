import { InvalidInput } from '../../../src/domain';
import { decode } from '../../../src/service/params/decode';
import { describe as inWords } from '../../../src/service/params/describe';
import { nearestName } from '../../../src/service/params/nearestName';
import type { Params } from '../../../src/service/params/params';
import {
  AckParams,
  AddParams,
  FetchParams,
  InfoParams,
  RewindParams,
} from '../../../src/service/params/params';
import { containing } from '../../support/matchers';

function refusal<A>(params: Params<A>, given: unknown): Record<string, unknown> {
  try {
    decode(params, given);
  } catch (error) {
    if (error instanceof InvalidInput) return { ...error.data };
    throw error;
  }
  throw new Error('It was accepted');
}

const fetch = { serviceId: 's', workerId: 'w' };

describe('ids', () => {
  const good = [
    'a',
    'INDEX',
    'FETCHED',
    '__proto__',
    'constructor',
    'a/b:c d',
    'ä'.repeat(128),
    '😀',
  ];
  test.each(good)('%j is an ordinary name', (id) => {
    expect(decode(FetchParams, { serviceId: id, workerId: id })).toEqual({
      serviceId: id,
      workerId: id,
    });
  });

  const bad: [string, unknown][] = [
    ['missing', undefined],
    ['null', null],
    ['empty', ''],
    ['a number', 5],
    ['an object', { toString: () => 'x' }],
    ['257 bytes', 'a'.repeat(257)],
    ['258 bytes in 129 characters', 'ä'.repeat(129)],
    ['a line break', 'a\nb'],
    ['NUL', 'a\0'],
    ['DEL', 'a\u007f'],
    ['a C1 control character', 'a\u0085'],
    ['a lone high surrogate', 'a\ud83d'],
    ['a lone low surrogate', '\ude00a'],
  ];
  test.each(bad)('%s is refused for serviceId and for workerId', (_, id) => {
    expect(refusal(FetchParams, { ...fetch, serviceId: id })).toMatchObject({ path: 'serviceId' });
    expect(refusal(FetchParams, { ...fetch, workerId: id })).toMatchObject({ path: 'workerId' });
  });
});

describe('timeToRecover', () => {
  test.each([1, 60_000, 86_400_000])('%d ms is taken', (timeToRecover) => {
    expect(decode(FetchParams, { ...fetch, timeToRecover })).toMatchObject({ timeToRecover });
  });
  test.each([0, -1, 0.5, NaN, Infinity, 86_400_001, '60000', null])(
    '%p is refused',
    (timeToRecover) => {
      expect(refusal(FetchParams, { ...fetch, timeToRecover })).toMatchObject({
        path: 'timeToRecover',
        expected: 'a whole number of milliseconds from 1 to 86400000',
        given: inWords(timeToRecover),
        hint: containing('60000'),
      });
    },
  );
});

describe('value', () => {
  test.each([null, 0, '', false, [], {}])('%p is a value', (value) => {
    expect(decode(AddParams, { serviceId: 's', value })).toEqual({ serviceId: 's', value });
  });
  test('must be there', () => {
    expect(refusal(AddParams, { serviceId: 's' })).toMatchObject({
      path: 'value',
      given: 'nothing',
    });
    expect(refusal(AddParams, { serviceId: 's', value: undefined })).toMatchObject({
      path: 'value',
    });
  });
});

describe('last', () => {
  test.each([-5, 0, 7])('%d is a whole number', (last) => {
    expect(decode(RewindParams, { serviceId: 's', last })).toEqual({ serviceId: 's', last });
  });
  test.each([0.5, NaN, -Infinity, '3', undefined, 2 ** 53])('%p is refused', (last) => {
    expect(refusal(RewindParams, { serviceId: 's', last })).toMatchObject({ path: 'last' });
  });
});

test('a leaseId has the form that fetch gives', () => {
  expect(decode(AckParams, { ...fetch, leaseId: '3.1.12' })).toMatchObject({ leaseId: '3.1.12' });
  for (const leaseId of ['', '3', '3.1', '0.1.1', '3.1.x', 3]) {
    expect(refusal(AckParams, { ...fetch, leaseId })).toMatchObject({ path: 'leaseId' });
  }
});

describe('parameters that do not exist', () => {
  test('are refused with the name that was probably meant', () => {
    expect(refusal(FetchParams, { ...fetch, timeToRecove: 1 })).toEqual({
      path: 'timeToRecove',
      expected: 'one of serviceId, workerId, timeToRecover, details',
      given: "'timeToRecove'",
      hint: "Did you mean 'timeToRecover'?",
    });
  });
  test('come before what is missing because of them', () => {
    expect(refusal(FetchParams, { serviceId: 's', workerID: 'w' })).toMatchObject({
      path: 'workerID',
    });
  });
  test('the owner is no parameter', () => {
    expect(refusal(InfoParams, { serviceId: 's', ownerId: 'other' })).toMatchObject({
      path: 'ownerId',
      hint: containing('authentication'),
    });
  });
  test.each(['__proto__', 'constructor', 'toString'])('%s is one of them', (name) => {
    const given: unknown = JSON.parse(`{"serviceId":"s","${name}":{"polluted":true}}`);
    expect(refusal(InfoParams, given)).toMatchObject({ path: name });
    expect(Object.prototype).not.toHaveProperty('polluted');
  });
  test('workerId on info is accepted, as workers of the first version send it', () => {
    expect(decode(InfoParams, { serviceId: 's', workerId: 'w' })).toMatchObject({ serviceId: 's' });
  });
});

test.each([null, undefined, 'x', 5, []])('%p instead of parameters is refused', (given) => {
  expect(refusal(AddParams, given)).toMatchObject({ path: '', expected: 'an object' });
});

test.each([
  ['workerID', 'workerId'],
  ['worker', 'workerId'],
  ['wrokerId', 'workerId'],
  ['service', 'serviceId'],
  ['tiemToRecover', 'timeToRecover'],
  ['password', undefined],
  ['x'.repeat(1000), undefined],
])('the nearest name to %s is %s', (given, nearest) => {
  expect(nearestName(given, FetchParams.names)).toBe(nearest);
});

test('what was given is told in few words', () => {
  const given = [
    'x',
    'y'.repeat(65),
    NaN,
    12n,
    true,
    null,
    undefined,
    [1],
    { a: 1 },
    Symbol('s'),
    () => 1,
  ];
  expect(given.map(inWords)).toEqual([
    '"x"',
    'a string of 65 characters',
    'NaN',
    '12',
    'true',
    'null',
    'nothing',
    'an array',
    'an object',
    'a symbol',
    'a function',
  ]);
});
