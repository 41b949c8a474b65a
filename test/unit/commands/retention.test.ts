import type { DroppedSegment } from '../../../src/commands/retain';
import { retain } from '../../../src/commands/retain';
import type { Log, SegmentRow } from '../../../src/domain';
import { over } from '../../support/over';
import type { TestNode } from '../../support/world';
import { deriveKeys, QUEUE, World } from '../../support/world';

const DAY_MS = 86_400_000;

let world: World;
let node: TestNode;
beforeAll(deriveKeys);
beforeEach(() => {
  world = new World(); // segments of 4
  node = world.node();
});
afterEach(() => world.dispose());

// Given
const added = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i++) await node.add(i);
};
const acked = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i++) {
    await node.fetch('w1');
    expect(await node.ack('w1')).toBe(true);
  }
};
const closed = (): Promise<void> => node.jobs.closeSegments();
const daysLater = (days: number): void => world.advance(days * DAY_MS);

// When
const retained = (keepDays: number, more: { dryRun?: boolean; max?: number; log?: Log } = {}) => {
  const { log = world.log, max = 100, dryRun = false } = more;
  const ports = { log, projection: world.projection };
  return retain(ports, QUEUE, { keepMs: keepDays * DAY_MS, max, dryRun });
};

// Then
const statuses = async (): Promise<string[]> =>
  (await world.log.segments(QUEUE)).map(({ status }) => status);
const segmentsOf = (dropped: readonly DroppedSegment[]) => dropped.map(({ segment }) => segment);
const rows = async (): Promise<number> =>
  (await world.log.read(QUEUE, [{ from: 1, to: 1000 }])).length;

describe('given two closed segments and one that is open', () => {
  beforeEach(async () => {
    await added(10);
    await acked(4);
    await closed();
    daysLater(10);
    await acked(4);
    await closed();
  });

  test('when both are younger than that, nothing is dropped', async () => {
    daysLater(19);
    expect(await retained(30)).toEqual([]);
    expect(await statuses()).toEqual(['closed', 'closed', 'open']);
  });

  test('when one is as old as that, it is dropped with its events, and no other', async () => {
    daysLater(20);
    const closedAt = 1_700_000_000_000;
    expect(await retained(30)).toEqual([{ segment: 1, from: 1, to: 4, closedAt }]);
    expect(await statuses()).toEqual(['dropped', 'closed', 'open']);
    expect(await world.log.head(QUEUE)).toMatchObject({ floor: 4 });
    expect(await rows()).toBe(4 * 3 + 2);
  });

  test('when both are old, both are dropped, at most so many at once; the open one stays', async () => {
    daysLater(1000);
    expect(segmentsOf(await retained(1, { max: 1 }))).toEqual([1]);
    expect(segmentsOf(await retained(1, { max: 1 }))).toEqual([2]);
    expect(segmentsOf(await retained(1, { max: 1 }))).toEqual([]);
    expect(await statuses()).toEqual(['dropped', 'dropped', 'open']);
    expect((await node.fetch('w1'))?.value).toBe(8);
  });

  test('when it is a dry run, nothing is dropped, and the answer is the same', async () => {
    daysLater(1000);
    const would = await retained(1, { dryRun: true });
    expect(await statuses()).toEqual(['closed', 'closed', 'open']);
    expect(await world.log.head(QUEUE)).toMatchObject({ floor: 0 });
    expect(await retained(1)).toEqual(would);
  });

  test('when one was dropped, a rewind below the floor is refused and one to it is done', async () => {
    daysLater(20);
    await retained(30);
    await expect(node.rewind(3)).rejects.toMatchObject({
      type: 'RewindRefused',
      message: expect.stringContaining('tasks up to 4 were dropped by retention') as string,
    });
    expect(await node.rewind(4)).toBe(true);
    expect((await node.fetch('w1'))?.value).toBe(4);
  });

  test('when both were dropped, a rebuild counts what was handed out, and goes on behind it', async () => {
    daysLater(1000);
    await retained(1);
    world.loseProjection();
    node = world.node();
    expect(await node.queue.info(QUEUE)).toMatchObject({ published: 10, fetched: 8 });
    expect((await node.fetch('w1'))?.value).toBe(8);
  });

  test('when the epoch moves before a drop, it and those after it are left for the next run', async () => {
    daysLater(1000);
    const log = over<Log>(world.log, {
      dropSegment: async (...args) => {
        const head = await world.log.head(QUEUE);
        await world.log.raise(QUEUE, head!, 'another');
        return world.log.dropSegment(...args);
      },
    });
    expect(await retained(1, { log })).toEqual([]);
    expect(await statuses()).toEqual(['closed', 'closed', 'open', 'open']);
  });

  test('when a release before this closed them, they are as old as their last event', async () => {
    const log = over<Log>(world.log, {
      segments: async (queue) =>
        (await world.log.segments(queue)).map((row): SegmentRow => ({ ...row, closedAt: null })),
    });
    daysLater(19);
    expect(await retained(30, { log })).toEqual([]);
    daysLater(1);
    expect(segmentsOf(await retained(30, { log }))).toEqual([1]);
  });
});

test('given an open segment below a closed one, when that is dropped, its tasks go on', async () => {
  await added(8);
  await node.fetch('slow', 1000 * DAY_MS);
  await acked(7);
  await closed();
  expect(await statuses()).toEqual(['open', 'closed', 'open']);
  daysLater(31);
  expect(segmentsOf(await retained(30))).toEqual([2]);
  expect((await node.fetch('slow'))?.value).toBe(0);
  expect(await node.ack('slow')).toBe(true);
});

test('given a segment that was rewound and closed again, its age is that of the last closing', async () => {
  await added(5);
  await acked(4);
  await closed();
  daysLater(20);
  await node.rewind(2);
  await acked(2);
  await closed();
  daysLater(20);
  expect(await retained(30)).toEqual([]);
  daysLater(10);
  expect(segmentsOf(await retained(30))).toEqual([1]);
});

test('given no such queue, nothing is dropped', async () => {
  expect(await retained(1)).toEqual([]);
});

describe('the job', () => {
  beforeEach(async () => {
    await added(5);
    await acked(4);
    await closed();
    daysLater(2);
  });

  test('drops what is old in each queue', async () => {
    const keeping = { retention: { keepMs: DAY_MS }, seals: null };
    await world.node(undefined, keeping).jobs.retain();
    expect(await statuses()).toEqual(['dropped', 'open']);
  });

  test('does nothing where retention is off', async () => {
    await node.jobs.retain();
    expect(await statuses()).toEqual(['closed', 'open']);
  });
});
