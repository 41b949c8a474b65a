import { differences } from '../../support/agreement';
import { deriveKeys, QUEUE, World } from '../../support/world';

/** Two installations that share a Redis by mistake, or a log that was set back under its projection. */

let old: World;
let world: World;
beforeAll(deriveKeys);
beforeEach(() => {
  old = new World();
  world = new World();
  world.projection = old.projection;
});
afterEach(async () => {
  await old.dispose();
  await world.dispose();
});

const addAgain = async (value: unknown): Promise<void> => {
  const node = world.node();
  for (let tries = 0; tries < 20; tries++) {
    try {
      await node.add(value);
      return;
    } catch (error) {
      expect(error).toMatchObject({ type: 'ProjectionUnavailable' });
    }
  }
  throw new Error('no add was confirmed');
};
const taken = async (worker: string): Promise<unknown> => {
  const node = world.node();
  const delivery = await node.fetch(worker);
  await node.ack(worker);
  return delivery?.value;
};

test('gives no index that the log has not claimed: what is added is not lost', async () => {
  const before = old.node();
  for (let i = 0; i < 10; i++) await before.add(i);
  await addAgain('a');
  await addAgain('b');
  expect(await taken('w1')).toBe('a');
  expect(await taken('w1')).toBe('b');
  expect(await taken('w1')).toBeUndefined();
  expect(await differences(world, QUEUE)).toEqual([]);
});

test('is named with what to do', async () => {
  const before = old.node();
  for (let i = 0; i < 10; i++) await before.add(i);
  await expect(world.node().add('a')).rejects.toThrow(
    /gives indices up to 12, which the log has not claimed: .*redis\.prefix/,
  );
});

test('that another node has let claim more is taken as it is', async () => {
  const node = world.node();
  await node.add('first');
  const other = world.node();
  for (let i = 0; i < 10; i++) await other.add(i);
  await node.add('last');
  expect((await world.log.head(QUEUE))?.epoch).toBe(1);
});
