import { rebuild } from '../../../src/commands/rebuild';
import type { Epoch, EventRow, Log } from '../../../src/domain';
import { over } from '../../support/over';
import type { TestNode } from '../../support/world';
import { deriveKeys, QUEUE, World } from '../../support/world';

/**
 * Rule F1: what was appended in an epoch that is over is confirmed to nobody. The fold of the newer
 * epoch may have missed the rows (they landed late) or they never came: the command goes on in it.
 */

let world: World;
let sound: TestNode;
beforeAll(deriveKeys);
beforeEach(async () => {
  world = new World();
  sound = world.node();
  await sound.add('a');
});
afterEach(() => world.dispose());

const epochNow = async (): Promise<Epoch> => (await world.log.head(QUEUE))!.epoch;
const eventsOf = async (index: number): Promise<string[]> =>
  (await world.log.read(QUEUE, [{ from: index, to: index }])).map(({ event }) => event.type);
const rebuilt = async (): Promise<unknown> => {
  const { log, projection } = world;
  const wait = () => Promise.resolve();
  return rebuild(
    { log, projection, wait, monotonic: () => 0, eventId: () => 'another' },
    QUEUE,
    await epochNow(),
  );
};

describe.each([
  ['landed after the fold', true],
  ['never came', false],
])('the rows of an older epoch %s', (_, landed) => {
  /** A node whose first append of such an event meets a newer epoch. */
  const movedAt = (type: EventRow['event']['type'], meanwhile: () => Promise<unknown>) => {
    let moved = false;
    return world.node((ports) => ({
      ...ports,
      log: over<Log>(ports.log, {
        append: async (queue, epoch, batches) => {
          if (moved || !batches.flat().some(({ event }) => event.type === type)) {
            return ports.log.append(queue, epoch, batches);
          }
          moved = true;
          await meanwhile();
          const newer = await epochNow();
          if (landed) await ports.log.append(queue, newer, batches);
          return batches.map(() => ({ type: 'moved', epoch: newer }));
        },
      }),
    }));
  };

  test('an add is in the log and can be fetched once it is confirmed', async () => {
    expect(await movedAt('Added', rebuilt).add('b')).toBe(true);
    expect((await sound.fetch('w1'))?.value).toBe('a');
    expect((await sound.fetch('w2'))?.value).toBe('b');
  });

  test('a fetch hands out what the newer epoch leases, and nobody else gets it', async () => {
    const given = await movedAt('Fetched', rebuilt).fetch('w1');
    expect(given).toMatchObject({ value: 'a', deliveries: landed ? 2 : 1 });
    expect(await sound.fetch('w2')).toBeNull();
    const { leases } = await sound.queue.info(QUEUE);
    expect(leases).toMatchObject([{ workerId: 'w1', leaseId: given?.leaseId }]);
  });

  test('an ack that a rewind annulled is decided again, and counts', async () => {
    const node = movedAt('Acked', () => world.node().rewind(0));
    await node.fetch('w1');
    expect(await node.ack('w1')).toBe(true);
    world.advance(60_000);
    expect(await sound.fetch('w2')).toBeNull();
  });

  test('a recover takes back no lease of the newer epoch', async () => {
    await sound.fetch('w1', 1_000);
    world.advance(1_000);
    await movedAt('Recovered', rebuilt).jobs.recover();
    // Folded before the Recovered landed: the lease stands until the next run.
    expect(await sound.queue.info(QUEUE)).toMatchObject({ counts: { leased: 1, returned: 0 } });
  });

  test('an ack that named no lease does not act on the next one of its worker', async () => {
    await sound.add('b');
    const node = movedAt('Acked', async () => {
      await rebuilt();
      world.advance(1_000);
      expect((await sound.fetch('w2'))?.value).toBe('a');
      expect((await sound.fetch('w1'))?.value).toBe('b');
      if (landed) await sound.ack('w2'); // and the late ack of it changes nothing any more
    });
    await node.fetch('w1', 1_000);
    await node.ack('w1');
    expect(await eventsOf(2)).not.toContain('Acked');
  });
});

test('a lease that is logged already is handed out only if the epoch still stands', async () => {
  await sound.fetch('w1');
  let asked = 0;
  const node = world.node((ports) => ({
    ...ports,
    log: over<Log>(ports.log, {
      confirm: async (queue, epoch) => {
        if (asked++ === 0) await rebuilt();
        return ports.log.confirm(queue, epoch);
      },
    }),
  }));
  expect(await node.fetch('w1')).toMatchObject({ value: 'a', deliveries: 1 });
  expect(await eventsOf(1)).toEqual(['Added', 'Fetched', 'Fetched']); // the second in epoch 2
});

test('a newer epoch that nobody opened is opened, rather than asked for again and again', async () => {
  const head = (await world.log.head(QUEUE))!;
  const node = world.node();
  await node.queue.info(QUEUE); // it believes in epoch 1
  await world.log.raise(QUEUE, head, 'died before it opened the epoch');
  expect(await node.fetch('w1')).toMatchObject({ value: 'a' });
});
