import { OutcomeUnknown } from '../../../../src/domain';
import { GroupCommit } from '../../../../src/log/sqlite/groupCommit';
import type { Transact } from '../../../../src/log/sqlite/transaction';

/** Counts transactions and keeps what they committed, all or nothing; `fail` is thrown at the commit. */
function storage() {
  const store = {
    transactions: 0,
    committed: [] as string[],
    fail: null as Error | null,
    written: [] as string[],
    write: (what: string) => () => {
      if (what.startsWith('bad')) throw new Error(`${what} cannot be written`);
      store.written.push(what);
      return what;
    },
    transact: ((work) => {
      store.transactions += 1;
      store.written = [];
      const result = work();
      if (store.fail) throw store.fail;
      store.committed.push(...store.written);
      return result;
    }) as Transact,
  };
  return store;
}

it('writes what arrives in one turn in one transaction', async () => {
  const store = storage();
  const group = new GroupCommit(store.transact);
  const writes = ['a', 'b', 'c'].map((what) => group.submit(1, store.write(what)));
  expect(store.transactions).toBe(0);
  expect(await Promise.all(writes)).toEqual(['a', 'b', 'c']);
  expect(store.transactions).toBe(1);
  expect(store.committed).toEqual(['a', 'b', 'c']);
});

it('writes what arrives in the next turn in the next', async () => {
  const store = storage();
  const group = new GroupCommit(store.transact);
  await group.submit(1, store.write('a'));
  await group.submit(1, store.write('b'));
  expect(store.transactions).toBe(2);
});

it('does not wait for the end of the turn with more than it may hold', async () => {
  const store = storage();
  const group = new GroupCommit(store.transact, 10);
  const writes = [group.submit(6, store.write('a')), group.submit(6, store.write('b'))];
  expect(store.committed).toEqual(['a', 'b']);
  writes.push(group.submit(6, store.write('c')));
  expect(store.committed).toEqual(['a', 'b']);
  expect(await Promise.all(writes)).toEqual(['a', 'b', 'c']);
  expect(store.transactions).toBe(2);
});

it('lets one that cannot be written fail alone', async () => {
  const store = storage();
  const group = new GroupCommit(store.transact);
  const answers = await Promise.allSettled(
    ['a', 'bad', 'c'].map((what) => group.submit(1, store.write(what))),
  );
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(store.committed).toEqual(['a', 'c']);
});

it('tells all of a group whose commit failed that the outcome is unknown, and tries none again', async () => {
  const store = storage();
  const group = new GroupCommit(store.transact);
  store.fail = new OutcomeUnknown('the commit failed');
  const answers = await Promise.allSettled(
    ['a', 'b'].map((what) => group.submit(1, store.write(what))),
  );
  expect(answers).toEqual([
    { status: 'rejected', reason: store.fail },
    { status: 'rejected', reason: store.fail },
  ]);
  expect(store.transactions).toBe(1);
});

it('writes at once when told to, and nothing twice', async () => {
  const store = storage();
  const group = new GroupCommit(store.transact);
  const write = group.submit(1, store.write('a'));
  group.flush();
  expect(store.committed).toEqual(['a']);
  group.flush();
  await new Promise(setImmediate);
  expect(await write).toBe('a');
  expect(store.transactions).toBe(1);
});
