import type { EventRow, Log, Projection } from '../../../src/domain';
import { rebuild } from '../../../src/commands/rebuild';
import { closedGate, over, turns } from '../../support/over';
import type { TestNode } from '../../support/world';
import { deriveKeys, QUEUE, World } from '../../support/world';

/** Rule F2: a segment may be closed over a gap, so nothing that was seen as one becomes a task again. */

const BUDGET_MS = 30_000;
let world: World;
let node: TestNode;
beforeAll(deriveKeys);
beforeEach(() => {
  world = new World();
  node = world.node();
});
afterEach(() => world.dispose());

const statuses = async (): Promise<string[]> =>
  (await world.log.segments(QUEUE)).map(({ status }) => status);
const done = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i++) {
    await node.fetch('w1');
    await node.ack('w1');
  }
};

/** Segment 1 but for its last index, whose add waits to append; it goes on with `append`. */
async function threeDoneAndOneLate() {
  for (const value of [1, 2, 3]) await node.add(value);
  const { gate, open } = closedGate();
  const slow = world.node((ports) => ({
    ...ports,
    log: over<Log>(ports.log, {
      append: async (...args) => {
        await gate;
        return ports.log.append(...args);
      },
    }),
  }));
  const late = slow.add('late');
  late.catch(() => undefined);
  await turns();
  await done(3);
  const append = (): Promise<true> => {
    open();
    return late;
  };
  return { append };
}
const givenUp = async (): Promise<void> => {
  world.advance(BUDGET_MS);
  await node.jobs.sweep();
};
const rebuilt = async (): Promise<unknown> => {
  const { log, projection } = world;
  const needs = {
    log,
    projection,
    wait: () => Promise.resolve(),
    monotonic: () => 0,
    eventId: () => 'another',
  };
  return rebuild(needs, QUEUE, (await world.log.head(QUEUE))!.epoch);
};

test('an add whose index was given up meanwhile hears OutcomeUnknown, and nobody meets its task', async () => {
  const { append } = await threeDoneAndOneLate();
  await givenUp();
  await expect(append()).rejects.toMatchObject({ type: 'OutcomeUnknown' });
  expect(await node.fetch('w2')).toBeNull();
  await node.jobs.closeSegments();
  expect((await statuses())[0]).toBe('closed');
});

test('an index is not given up while its add may still append', async () => {
  const { append } = await threeDoneAndOneLate();
  world.advance(BUDGET_MS - 1);
  await node.jobs.sweep();
  expect(await append()).toBe(true);
  expect((await node.fetch('w2'))?.value).toBe('late');
});

test('what is in the log is published, not given up, where its node died before it could', async () => {
  const dying = world.node((ports) => ({
    ...ports,
    log: over<Log>(ports.log, {
      append: async (...args) => {
        await ports.log.append(...args);
        return new Promise(() => undefined);
      },
    }),
  }));
  await node.add('first');
  void dying.add('left behind').catch(() => undefined);
  await turns();
  await givenUp();
  expect((await node.fetch('w1'))?.value).toBe('first');
  expect((await node.fetch('w2'))?.value).toBe('left behind');
});

test('a segment is not closed over a gap of an older epoch: a rebuild had made it pending, and its add is there', async () => {
  const { append } = await threeDoneAndOneLate();
  await givenUp();
  const closing = world.node((ports) => ({
    ...ports,
    log: over<Log>(ports.log, {
      // Between the gaps that were read and the close.
      async *scan(...args) {
        await rebuilt();
        expect(await append()).toBe(true);
        yield* ports.log.scan(...args);
      },
    }),
  }));
  await closing.jobs.closeSegments();
  expect((await statuses())[0]).toBe('open');
  world.loseProjection();
  expect((await world.node().fetch('w2'))?.value).toBe('late');
});

test('a segment closed just before the raise is not folded: its late add hears OutcomeUnknown', async () => {
  const { append } = await threeDoneAndOneLate();
  await givenUp();
  const { log, projection } = world;
  const raise: Log['raise'] = async (...args) => {
    expect(
      await log.closeSegment(QUEUE, args[1].epoch, 1 as never, { lastAdded: 3, closedAt: 1 }),
    ).toBe(true);
    return log.raise(...args);
  };
  const needs = {
    projection,
    wait: () => Promise.resolve(),
    monotonic: () => 0,
    eventId: () => 'another',
  };
  await rebuild({ ...needs, log: over<Log>(log, { raise }) }, QUEUE, 1 as never);
  await expect(append()).rejects.toMatchObject({ type: 'OutcomeUnknown' });
});

describe('closeSegments believes the log, not a projection that lost what is open:', () => {
  const operate = async (...operations: Parameters<Projection['round']>[2]): Promise<void> => {
    await world.projection.round(QUEUE, (await world.log.head(QUEUE))!.epoch, operations);
  };
  const settleAll = () =>
    operate(...[1, 2, 3, 4].map((index) => ({ do: 'settle', index: index as never }) as const));

  test('an index without Added that is no gap may still get one', async () => {
    await threeDoneAndOneLate();
    await operate({ do: 'publish', index: 4 as EventRow['index'], token: false });
    await operate({ do: 'claim', workerId: 'w2' as never, timeToRecoverMs: 1, recoverBy: 'lease' });
    await settleAll();
    await node.jobs.closeSegments();
    expect((await statuses())[0]).toBe('open');
  });

  test('an ack that was rewound is none', async () => {
    for (const value of [1, 2, 3, 4]) await node.add(value);
    await done(4);
    await node.rewind(0);
    for (const worker of ['a', 'b', 'c', 'd']) {
      const claim = { do: 'claim', workerId: worker as never } as const;
      await operate({ ...claim, timeToRecoverMs: 1, recoverBy: 'lease' });
    }
    await settleAll();
    await node.jobs.closeSegments();
    expect((await statuses())[0]).toBe('open');
  });
});
