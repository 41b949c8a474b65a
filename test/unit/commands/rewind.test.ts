import { rewind } from '../../../src/commands/rewind';
import type { Log } from '../../../src/domain';
import { OutcomeUnknown } from '../../../src/domain';
import { over } from '../../support/over';
import { deriveKeys, QUEUE, World } from '../../support/world';

/** A rewind whose one write to the head ended unknown: `raisedBy`, new for each attempt, decides. */
describe('a rewind of unknown outcome', () => {
  let world: World;
  let names: string[];
  beforeAll(deriveKeys);
  beforeEach(async () => {
    world = new World();
    names = [];
    const node = world.node();
    await node.add('a');
    await node.fetch('w1');
    await node.ack('w1');
  });
  afterEach(() => world.dispose());

  const rewound = (first: Log['rewind']): Promise<true> => {
    const { log, projection } = world;
    let ids = 0;
    const once: Log['rewind'] = (...args) => {
      names.push(args[2].raisedBy);
      return names.length === 1 ? first(...args) : log.rewind(...args);
    };
    const eventId = (): string => `attempt ${String(++ids)}`;
    const needs = { projection, eventId, monotonic: () => 0, wait: () => Promise.resolve() };
    return rewind({ ...needs, log: over<Log>(log, { rewind: once }) }, QUEUE, 0);
  };
  const unknown = (): never => {
    throw new OutcomeUnknown('no answer');
  };

  test('that was applied is not done again', async () => {
    await rewound(async (...args) => {
      await world.log.rewind(...args);
      return unknown();
    });
    expect((await world.log.head(QUEUE))?.rewinds).toHaveLength(1);
    expect((await world.node().fetch('w1'))?.value).toBe('a');
  });

  test('over which another raised is decided again, under a new name', async () => {
    await rewound(async (queue, read) => {
      await world.log.raise(queue, read, 'another');
      return unknown();
    });
    expect(new Set(names).size).toBe(2);
    expect((await world.node().fetch('w1'))?.value).toBe('a');
  });

  test('is told apart from one that was not applied, which is decided again', async () => {
    await rewound(async (queue, read, change) => {
      await world.log.raise(queue, read, 'another');
      return world.log.rewind(queue, read, change);
    });
    expect((await world.log.head(QUEUE))?.rewinds).toHaveLength(1);
    expect((await world.node().fetch('w1'))?.value).toBe('a');
  });
});

test('a rewind to or above what was handed out still annuls an ack above it', async () => {
  const world = new World();
  const node = world.node();
  for (const value of ['a', 'b', 'c']) await node.add(value);
  for (const worker of ['w1', 'w2', 'w3']) await node.fetch(worker);
  await node.rewind(0); // nothing counts as handed out, but the leases stay
  expect(await node.ack('w3')).toBe(true);
  expect(await node.queue.info(QUEUE)).toMatchObject({ fetched: 0 });
  await node.rewind(1);
  expect((await node.fetch('w4'))?.value).toBe('c');
  await world.dispose();
});
