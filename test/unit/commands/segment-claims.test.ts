import type { Log, Operation, Projection } from '../../../src/domain';
import { over, turns } from '../../support/over';
import { deriveKeys, QUEUE, World } from '../../support/world';

beforeAll(deriveKeys);

test('what a newer epoch claimed is not given away in the older one, however open that is', async () => {
  const world = new World();
  await world.node().add('first');
  const extended: Extract<Operation, { do: 'extend' }>[] = [];
  const node = world.node((ports) => ({
    ...ports,
    log: over<Log>(ports.log, {
      claimSegment: async (queue, read) => {
        await turns(); // the add that told of it has ended, so nothing else finds out
        // Another has raised, and died before it opened the epoch.
        if (read.epoch === 1) await ports.log.raise(queue, read, 'another');
        return ports.log.claimSegment(queue, read);
      },
    }),
    projection: over<Projection>(ports.projection, {
      round: (queue, epoch, operations) => {
        for (const each of operations) if (each.do === 'extend' && epoch === 1) extended.push(each);
        return ports.projection.round(queue, epoch, operations);
      },
    }),
  }));
  for (let i = 2; i <= 6; i++) {
    expect(await node.add(i)).toBe(true);
    await turns();
    await turns();
  }
  expect(extended).toEqual([]);
  expect(await node.queue.info(QUEUE)).toMatchObject({ counts: { waiting: 6 } });
  await world.dispose();
});
