import { stateAt } from '../../../src/audit/state';
import type { Rewind } from '../../../src/domain';
import { rewound, task } from '../../support/history';

const at = (
  ms: number,
  histories: readonly ReturnType<typeof task>[],
  rewinds: readonly Rewind[] = [],
) => {
  const fold = stateAt(ms, rewinds);
  for (const { rows } of histories) fold.task(rows);
  return fold.state();
};

const acked = () =>
  task(1).added({ at: 10 }).fetched('w1', { at: 20, ttr: 100 }).acked('w1', undefined, 30);

test('is what had been decided by then, and no more', () => {
  expect(at(9, [acked()])).toMatchObject({ tasks: 0 });
  expect(at(10, [acked()])).toMatchObject({ tasks: 1, waiting: 1, leased: 0, acked: 0 });
  expect(at(29, [acked()])).toMatchObject({ waiting: 0, leased: 1, acked: 0 });
  expect(at(29, [acked()]).leases).toEqual([
    { index: 1, leaseId: '1.1.2', workerId: 'w1', fetchedAt: 20, leaseUntil: 120 },
  ]);
  expect(at(30, [acked()])).toMatchObject({ leased: 0, acked: 1, leases: [] });
});

test('a rewind counts from when it happened', () => {
  const rewinds = [rewound(2, 0, 50)];
  expect(at(49, [acked()], rewinds)).toMatchObject({ acked: 1, waiting: 0 });
  expect(at(50, [acked()], rewinds)).toMatchObject({ acked: 0, waiting: 1 });
});

test('tells what was delivered before, and what had run out', () => {
  const lost = task(2).added().fetched('w2', { at: 20, ttr: 100 }).recovered(undefined, 130);
  const held = task(3).added().fetched('w3', { at: 20, ttr: 50 });
  expect(at(140, [lost, held])).toMatchObject({ waiting: 1, returned: 1, leased: 1, ranOut: 1 });
  expect(at(69, [lost, held])).toMatchObject({ waiting: 0, leased: 2, ranOut: 0 });
});

test('of two leases of one worker the newest counts, the task of the other waits', () => {
  const one = task(1).added().fetched('w', { at: 20 });
  const two = task(2).inEpoch(2).added().fetched('w', { at: 30 });
  const both = { leased: 1, waiting: 1, returned: 1, leases: [{ index: 2 }] };
  expect(at(40, [one, two])).toMatchObject(both);
  expect(at(40, [two, one])).toMatchObject(both);
});
