import fc from 'fast-check';
import type { ReplayQuery } from '../../src/audit';
import { replay } from '../../src/audit/replay';
import type { EventRow, QueueId } from '../../src/domain';
import { openRowSorting } from '../../src/log/sqlite';
import { acked, added, fetched, recovered, rowOf } from '../support/rows';
import { World } from '../support/world';
import {
  append,
  claimSegments,
  createdQueue,
  headOf,
  raise,
  revealedRow,
  rewind,
} from '../contract/log/arrange';

const ALL: ReplayQuery = { order: 'task', limit: Infinity, payloads: true };

const Row = fc.record({
  index: fc.integer({ min: 1, max: 24 }),
  version: fc.integer({ min: 1, max: 1000 }),
  event: fc.constantFrom(added, fetched, acked, recovered),
  epoch: fc.integer({ min: 1, max: 3 }),
});

/** Whatever was logged, in whatever order. */
test('replay in version order is sorted, and has the same rows as by task', async () => {
  const world = new World();
  const { log } = world;
  const replayed = async (queue: QueueId, query: Partial<ReplayQuery> = {}) => {
    const head = await headOf(log, queue);
    const rows = [];
    const needs = { log, openRowSorting };
    const damage = () => {
      throw new Error('nothing is damaged');
    };
    for await (const page of replay(needs, queue, head, { ...ALL, ...query }, damage)) {
      rows.push(...page.map(({ stored }) => stored));
    }
    return rows;
  };
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(Row, { selector: ({ epoch, version }) => `${epoch}.${version}` }),
      fc.nat(40),
      async (given, limit) => {
        const queue = await createdQueue(log);
        await claimSegments(log, queue, 3);
        await log.record(queue, revealedRow(1));
        for (const epoch of [1, 2, 3] as EventRow['epoch'][]) {
          for (const row of given.filter((each) => each.epoch === Number(epoch))) {
            await append(log, queue, [rowOf(row.index, row, row.event)], epoch);
          }
          if (epoch === 1) await rewind(log, queue, 3);
          else await raise(log, queue);
        }
        const byTask = await replayed(queue);
        const byVersion = await replayed(queue, { order: 'version' });
        expect(byTask).toHaveLength(given.length + 2);
        const text = (rows: typeof byTask) => rows.map((row) => JSON.stringify(row)).sort();
        expect(text(byVersion)).toEqual(text(byTask));
        byVersion.slice(1).forEach((row, i) => {
          const before = byVersion[i]!;
          const isAfter =
            row.epoch > before.epoch ||
            (row.epoch === before.epoch && row.version >= before.version);
          expect(isAfter).toBe(true);
        });
        expect(await replayed(queue, { limit })).toEqual(byTask.slice(0, limit));
        expect(await replayed(queue, { order: 'version', limit })).toEqual(
          byVersion.slice(0, limit),
        );
      },
    ),
    { numRuns: 60 },
  );
  await world.dispose();
});
