import { RecentAdds } from '../../../src/commands/rounds/recentAdds';
import type { Log, Projection, TaskIndex } from '../../../src/domain';
import { over } from '../../support/over';
import { epoch, rowOf } from '../../support/rows';
import type { TestNode } from '../../support/world';
import { deriveKeys, QUEUE, World } from '../../support/world';

/** Only the first claim of a task, in the epoch in which this node added it, needs no read of the log. */

let world: World;
let node: TestNode;
let reads = 0;
beforeAll(deriveKeys);
afterEach(() => world.dispose());

const countingReads = (): TestNode =>
  world.node((ports) => ({
    ...ports,
    projection: over<Projection>(ports.projection, {
      // Also what comes after a loss.
      round: (...args) => world.projection.round(...args),
      identity: (...args) => world.projection.identity(...args),
      announce: (...args) => world.projection.announce(...args),
      restore: (...args) => world.projection.restore(...args),
    }),
    log: over<Log>(ports.log, {
      read: (...args) => {
        reads++;
        return ports.log.read(...args);
      },
    }),
  }));
const start = (recentBytesMax?: number): void => {
  world = new World(recentBytesMax === undefined ? {} : { recentBytesMax });
  node = countingReads();
  reads = 0;
};
/** What a worker is given, and how many reads that took. */
const given = async (by: TestNode, worker: string): Promise<[unknown, number]> => {
  const before = reads;
  const delivery = await by.fetch(worker);
  return [delivery?.value, reads - before];
};

test('the node that added it reads nothing, and the log has the same history', async () => {
  start();
  await node.add('a');
  expect(await given(node, 'w1')).toEqual(['a', 0]);
  expect(await node.ack('w1')).toBe(true);
  const rows = await world.log.read(QUEUE, [{ from: 1, to: 1 }] as never);
  expect(rows.map(({ event }) => event.type)).toEqual(['Added', 'Fetched', 'Acked']);
});

test('each task is remembered once', async () => {
  start();
  for (const value of ['a', 'b', 'c']) await node.add(value);
  expect(await given(node, 'w1')).toEqual(['a', 0]);
  expect(await given(node, 'w1')).toEqual(['a', 1]); // the lease is in the log now
  expect(await given(node, 'w2')).toEqual(['b', 0]);
  expect(await given(node, 'w3')).toEqual(['c', 0]);
});

test('a node that did not add it reads it', async () => {
  start();
  await node.add('a');
  expect(await given(countingReads(), 'w1')).toEqual(['a', 1]);
});

test('a task that another node has handed out meanwhile is read', async () => {
  start();
  await node.add('a');
  await countingReads().fetch('w1');
  world.advance(2_000);
  expect(await given(node, 'w2')).toEqual(['a', 1]);
  const rows = await world.log.read(QUEUE, [{ from: 1, to: 1 }] as never);
  expect(rows.map(({ event }) => event.type)).toEqual(['Added', 'Fetched', 'Recovered', 'Fetched']);
});

test('after a rebuild it is read: it may have been handed out and acked before', async () => {
  start();
  await node.add('a');
  await node.add('b');
  const other = countingReads();
  await other.fetch('w1');
  await other.ack('w1');
  world.loseProjection();
  await node.add('c');
  expect(await given(node, 'w2')).toEqual(['b', 1]);
  expect(await given(node, 'w3')).toEqual(['c', 0]);
});

test('a task added before a rewind is read after it', async () => {
  start();
  await node.add('a');
  const other = countingReads();
  await other.fetch('w1');
  await other.ack('w1');
  await node.rewind(0);
  expect(await given(node, 'w2')).toEqual(['a', 1]);
});

test('what is beyond the bound is read, the oldest first', async () => {
  start(2_000);
  for (let i = 0; i < 4; i++) await node.add('v'.repeat(300));
  const taken = [];
  for (const worker of ['w1', 'w2', 'w3', 'w4']) taken.push((await given(node, worker))[1]);
  expect(taken).toEqual([1, 1, 0, 0]);
});

test('it is kept for one claim, whether or not that was in its epoch', () => {
  const recent = new RecentAdds(10_000);
  for (const index of [1, 2]) recent.note('queue', rowOf(index));
  const take = (index: number, by: number) =>
    recent.take('queue', index as TaskIndex, epoch(by))?.index;
  expect([take(1, 1), take(1, 1)]).toEqual([1, undefined]);
  expect([take(2, 2), take(2, 1)]).toEqual([undefined, undefined]);
});

test('with 0 nothing is remembered', async () => {
  start(0);
  await node.add('a');
  expect(await given(node, 'w1')).toEqual(['a', 1]);
});
