import * as E from 'fp-ts/Either';
import type {
  Epoch,
  EventRow,
  LeaseId,
  TaskCommand,
  TaskIndex,
  WorkerId,
} from '../../../src/domain';
import { decide, foldTask } from '../../../src/domain';
import { task } from '../../support/history';

/** given these rows, when this is wanted, then these events or this refusal */
const given = (rows: readonly EventRow[]) => ({
  when: (command: TaskCommand, now = 0) => {
    const decision = decide(command, foldTask(rows, []), now);
    return {
      then: (...types: string[]) => {
        expect(E.isRight(decision) && decision.right.map(({ type }) => type)).toEqual(types);
        return E.isRight(decision) ? decision.right : [];
      },
      refused: (type: string) => {
        expect(decision).toEqual(E.left({ type }));
      },
    };
  },
});

const lease = (leaseId: string, worker: string, leaseUntil = 1000) => ({
  index: 1 as TaskIndex,
  leaseId: leaseId as LeaseId,
  workerId: worker as WorkerId,
  fetchedAt: 0,
  leaseUntil,
});
const fetchBy = (
  worker: string,
  leaseId: string,
  { epoch = 1, leaseUntil = 1000 } = {},
): TaskCommand => ({
  type: 'Fetch',
  lease: lease(leaseId, worker, leaseUntil),
  epoch: epoch as Epoch,
});
const ackBy = (worker: string, leaseId: string): TaskCommand => ({
  type: 'Ack',
  workerId: worker as WorkerId,
  leaseId: leaseId as LeaseId,
});
const recoverOf = (leaseId: string): TaskCommand => ({
  type: 'Recover',
  leaseId: leaseId as LeaseId,
});

const added = () => task(1).added();
const leased = () => added().fetched('w1'); // lease 1.1.2
const acked = () => leased().acked('w1');

describe('Add', () => {
  test.each([true, false])('of an absent task, token %p', (token) => {
    const [event] = given([]).when({ type: 'Add', token }).then('Added');
    expect(event).toEqual({ type: 'Added', v: 1, token });
  });
  test('of a task that is there: a repeat', () =>
    void given(added().rows).when({ type: 'Add', token: false }).then());
});

describe('Fetch', () => {
  test('of a task without Added', () => {
    given([]).when(fetchBy('w1', '1.1.2')).refused('NotAdded');
  });
  test('of a waiting task', () => {
    const [fetched] = given(added().rows).when(fetchBy('w1', '1.1.9')).then('Fetched');
    expect(fetched).toEqual({
      type: 'Fetched',
      v: 1,
      leaseId: '1.1.9',
      workerId: 'w1',
      fetchedAt: 0,
      leaseUntil: 1000,
    });
  });
  test('of the task it holds: nothing to log', () =>
    void given(leased().rows).when(fetchBy('w1', '1.1.2')).then());
  test('of the task it holds, known from an older epoch: logged anew under the same lease', () => {
    const [fetched] = given(leased().rows)
      .when(fetchBy('w1', '1.1.2', { epoch: 2 }))
      .then('Fetched');
    expect(fetched).toMatchObject({ leaseId: '1.1.2' });
  });
  test('of a task that the log leases under another lease: that one is recovered first', () => {
    const [recovered] = given(leased().rows)
      .when(fetchBy('w2', '1.1.7'))
      .then('Recovered', 'Fetched');
    expect(recovered).toMatchObject({ leaseId: '1.1.2' });
  });
  test('of an acked task', () => {
    given(acked().rows).when(fetchBy('w2', '1.1.7')).refused('AlreadyAcked');
  });
  test('under a lease that has run out already', () => {
    const fetch = fetchBy('w1', '1.1.2', { leaseUntil: 10 });
    given(added().rows).when(fetch, 9).then('Fetched');
    given(added().rows).when(fetch, 10).refused('LeaseOver');
    given(leased().rows).when(fetch, 11).refused('LeaseOver');
  });
  test('of an acked task, under a lease that has run out: that it is acked counts', () => {
    given(acked().rows)
      .when(fetchBy('w2', '1.1.7', { leaseUntil: 10 }), 10)
      .refused('AlreadyAcked');
  });
  test('of the task it holds, known from a newer epoch: nothing to log', () =>
    void given(added().inEpoch(3).fetched('w1').rows)
      .when(fetchBy('w1', '1.3.1', { epoch: 2 }))
      .then());
});

describe('Ack', () => {
  test('of a leased task', () => {
    const [event] = given(leased().rows).when(ackBy('w1', '1.1.2')).then('Acked');
    expect(event).toEqual({ type: 'Acked', v: 1, leaseId: '1.1.2', workerId: 'w1' });
  });
  test('after its lease ran out, of a task not given to another', () =>
    void given(leased().rows).when(ackBy('w1', '1.1.2'), 5000).then('Acked'));
  test('after the lease was recovered, of a task not acked since', () =>
    void given(leased().recovered().rows).when(ackBy('w1', '1.1.2')).then('Acked'));
  test('again: a repeat', () => void given(acked().rows).when(ackBy('w1', '1.1.2')).then());
  test('of a task without Added', () => {
    given([]).when(ackBy('w1', '1.1.2')).refused('NotAdded');
  });
});

describe('Recover', () => {
  test('of the present lease', () => {
    const [event] = given(leased().rows).when(recoverOf('1.1.2')).then('Recovered');
    expect(event).toEqual({ type: 'Recovered', v: 1, leaseId: '1.1.2' });
  });
  test('of a lease recovered before: a repeat', () =>
    void given(leased().recovered().rows).when(recoverOf('1.1.2')).then());
  test('of another lease than the present one', () =>
    void given(leased().recovered().fetched('w2').rows).when(recoverOf('1.1.2')).then());
  test('of an acked task', () => {
    given(acked().rows).when(recoverOf('1.1.2')).refused('AlreadyAcked');
  });
  test('of a task without Added', () => {
    given([]).when(recoverOf('1.1.2')).refused('NotAdded');
  });
});
