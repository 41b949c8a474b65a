import type { Client } from 'cassandra-driver';
import { errors, types } from 'cassandra-driver';
import { everyNodeHoldsAll, GatheredWrites } from '../../../../src/log/cassandra/gatheredWrites';
import type { Bound, NotAcknowledged } from '../../../../src/log/cassandra/session';

const { responseErrorCodes: codes } = types;
const row = (name: string): Bound => ({ query: name, params: [] });

/** Requests as they were made, by the names of their rows. `answer`: what becomes of the next ones. */
function setUp({ together = true } = {}) {
  let nowMs = 0;
  const requests: string[] = [];
  const answers: (NotAcknowledged | null | Error)[] = [];
  const write = async (statements: readonly Bound[]): Promise<NotAcknowledged | null> => {
    requests.push(statements.map(({ query }) => query).join(' '));
    const answer = answers.shift() ?? null;
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const writes = new GatheredWrites(
    { write },
    () => together,
    () => nowMs,
  );
  return {
    requests,
    answers,
    pass: (ms: number) => (nowMs += ms),
    write: (name: string, bytes = 100) => writes.write([row(name)], bytes),
    all: (names: readonly string[], bytes = 100) =>
      Promise.all(names.map((name) => writes.write([row(name)], bytes))),
  };
}

const names = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => `q${String(i + 1)}`);
const refusal = (code: number): NotAcknowledged => ({
  surelyNotDone: true,
  error: new errors.ResponseError(code, 'no'),
});

test('writes of one turn share requests, of no more partitions than a server takes without a warning', async () => {
  const { all, requests } = setUp();
  expect(await all(names(12))).toEqual(names(12).map(() => null));
  expect(requests).toEqual(['q1 q2 q3 q4 q5 q6 q7 q8 q9 q10', 'q11 q12']);
});

test('... and of no more bytes', async () => {
  const { all, requests } = setUp();
  await all(names(5), 1500);
  expect(requests).toEqual(['q1 q2', 'q3 q4', 'q5']);
});

test('a large write goes by itself, at once', async () => {
  const { write, requests } = setUp();
  const small = write('small');
  const large = write('large', 3000);
  expect(requests).toEqual(['large']);
  await Promise.all([small, large]);
  expect(requests).toEqual(['large', 'small']);
});

test('writes that come after one another wait for nothing', async () => {
  const { write, requests } = setUp();
  await write('a');
  await write('b');
  expect(requests).toEqual(['a', 'b']);
});

test('where a node lacks some rows each partition is written by itself', async () => {
  const { all, requests } = setUp({ together: false });
  await all(names(3));
  expect(requests).toEqual(['q1', 'q2', 'q3']);
});

test('what a server refuses of several partitions may be written in part, whatever it says', async () => {
  for (const code of [codes.unavailableException, codes.invalid]) {
    const { all, answers } = setUp();
    answers.push(refusal(code));
    expect(await all(['a', 'b'])).toEqual([
      expect.objectContaining({ surelyNotDone: false }),
      expect.objectContaining({ surelyNotDone: false }),
    ]);
  }
});

test('what it refuses of one is not written', async () => {
  const { write, answers } = setUp();
  answers.push(refusal(codes.unavailableException));
  expect(await write('a')).toMatchObject({ surelyNotDone: true });
});

test('what no server took is not written', async () => {
  const { all, answers } = setUp();
  answers.push({ surelyNotDone: true, error: new errors.NoHostAvailableError({}) });
  expect(await all(['a', 'b'])).toEqual([
    expect.objectContaining({ surelyNotDone: true }),
    expect.objectContaining({ surelyNotDone: true }),
  ]);
});

test('after a failure each is written by itself for a while', async () => {
  const { all, answers, requests, pass } = setUp();
  answers.push(refusal(codes.unavailableException));
  await all(['a', 'b']);
  await all(['a', 'b']);
  pass(1000);
  await all(['c', 'd']);
  expect(requests).toEqual(['a b', 'a', 'b', 'c d']);
});

test('an error that is a bug reaches each of its callers', async () => {
  const { all, answers } = setUp();
  const bug = new TypeError('not a server');
  answers.push(bug);
  await expect(all(['a', 'b'])).rejects.toBe(bug);
});

test.each([
  ['each node has a copy', ['a', 'b', 'c'], true],
  ['one has none', ['a', 'b'], false],
  ['the driver knows no replicas', null, false],
  ['it knows none of this part of a ring that has just changed', undefined, false],
])('every node holds every row: %s', (_, replicas, holds) => {
  const client = { getReplicas: () => replicas, hosts: { length: 3 } } as unknown as Client;
  expect(everyNodeHoldsAll(client, 'keyspace')()).toBe(holds);
});
