import { rebuild } from '../../../src/commands/rebuild';
import type { Log, Projection } from '../../../src/domain';
import { over } from '../../support/over';
import { deriveKeys, QUEUE, World } from '../../support/world';

/** Rule F3, when a state is opened: only on the server that was there before the head was changed. */

let world: World;
beforeAll(deriveKeys);
beforeEach(() => {
  world = new World();
});
afterEach(() => world.dispose());

/** The address at which a server answers, whichever it is at present. */
const address = (): Projection =>
  new Proxy(world.projection, {
    get: (_, method: keyof Projection) => world.projection[method].bind(world.projection),
  });
const epochNow = async () => (await world.log.head(QUEUE))?.epoch;
const wait = () => Promise.resolve();

test('the first state is not opened on a server that came after the head', async () => {
  const node = world.node((ports) => ({
    ...ports,
    projection: address(),
    log: over<Log>(ports.log, {
      createQueue: async (...args) => {
        const created = await ports.log.createQueue(...args);
        world.loseProjection();
        return created;
      },
    }),
  }));
  expect(await node.add('a')).toBe(true);
  expect(await epochNow()).toBe(2); // epoch 1 is over: its indices may have been given
});

test('who finds the head there opens no empty state: its indices are given already', async () => {
  await world.node().add('a');
  world.loseProjection();
  let looks = 0;
  const late = world.node((ports) => ({
    ...ports,
    // It looked before the queue was created.
    log: over<Log>(ports.log, {
      head: async (queue) => (looks++ === 0 ? null : ports.log.head(queue)),
    }),
  }));
  expect(await late.add('b')).toBe(true);
  expect((await late.fetch('w1'))?.value).toBe('a');
  expect((await late.fetch('w2'))?.value).toBe('b');
});

test('a rebuild opens nothing on a server that came after its raise, and raises again', async () => {
  await world.node().add('a');
  world.loseProjection();
  let raises = 0;
  const log = over<Log>(world.log, {
    raise: async (...args) => {
      const raised = await world.log.raise(...args);
      if (raises++ === 0) world.loseProjection();
      return raised;
    },
  });
  const needs = {
    ...{ log, projection: address(), wait },
    ...{ monotonic: () => 0, eventId: () => String(raises) },
  };
  expect(await rebuild(needs, QUEUE, 1 as never)).toMatchObject({ epoch: 3 });
  expect(await world.projection.snapshot(QUEUE)).toMatchObject({ epoch: 3, published: 1 });
});
