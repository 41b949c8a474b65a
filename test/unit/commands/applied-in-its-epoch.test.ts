import type { Confirmation, Log } from '../../../src/domain';
import { differences } from '../../support/agreement';
import { over, turns } from '../../support/over';
import type { TestNode } from '../../support/world';
import { deriveKeys, QUEUE, World } from '../../support/world';

/**
 * What was decided in an older epoch is not applied in a newer one, also where the node learns of the newer
 * epoch before it applies (found by the protocol model, test/model).
 */

let world: World;
let sound: TestNode;
beforeAll(deriveKeys);
beforeEach(async () => {
  world = new World();
  sound = world.node();
  for (const value of [1, 2, 3, 4]) await sound.add(value);
});
afterEach(() => world.dispose());

test('an ack that a rewind annulled is decided again, where another append of its round was moved', async () => {
  const node = world.node((ports) => ({
    ...ports,
    log: over<Log>(ports.log, {
      append: async (queue, epoch, batches) => {
        const confirmations = [...(await ports.log.append(queue, epoch, batches))];
        if (batches.length < 2) return confirmations;
        await sound.rewind(0);
        expect((await sound.fetch('w2'))?.value).toBe(2); // w1 holds the first one still
        const newer = (await ports.log.head(queue))!.epoch;
        // The batch of the add was acknowledged later than the epoch lease allows.
        return batches.map((rows, i): Confirmation =>
          rows[0]?.event.type === 'Added' ? { type: 'moved', epoch: newer } : confirmations[i]!,
        );
      },
    }),
  }));
  await node.fetch('w1');
  await Promise.all([node.ack('w1'), node.add(5)]);
  expect(await differences(world, QUEUE)).toEqual([]);
});

test('a segment that a rewind opened again is not forgotten by who closed it before', async () => {
  for (let i = 0; i < 4; i++) {
    await sound.fetch('w1');
    await sound.ack('w1');
  }
  const node: TestNode = world.node((ports) => ({
    ...ports,
    log: over<Log>(ports.log, {
      closeSegment: async (...args) => {
        const closed = await ports.log.closeSegment(...args);
        await sound.rewind(0);
        await node.queue.info(QUEUE); // the node is in the newer epoch before it hears of the close
        return closed;
      },
    }),
  }));
  await node.jobs.closeSegments();
  await turns();
  expect((await sound.fetch('w1'))?.value).toBe(1);
});
