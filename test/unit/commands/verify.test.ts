import type { Ports } from '../../../src/commands/settings';
import { createUpkeep } from '../../../src/commands/upkeep';
import type { Verified } from '../../../src/commands/verify';
import { verify } from '../../../src/commands/verify';
import type { Log, Projection, QueueId, QueueState, Segment } from '../../../src/domain';
import { LogUnavailable } from '../../../src/domain';
import { CorruptRow } from '../../../src/log/corruptRow';
import type { Fault } from '../../support/faults';
import { FaultyPorts } from '../../support/faults';
import { over } from '../../support/over';
import { QUEUE, World } from '../../support/world';

type Needs = Pick<Ports, 'log' | 'projection' | 'eventId' | 'monotonic' | 'wait'>;

let world: World;
let waitedMs: number[];

beforeEach(async () => {
  world = new World();
  waitedMs = [];
  const node = world.node();
  for (const value of [1, 2, 3, 4, 5]) await node.add(value);
  await node.fetch('w1');
  await node.ack('w1');
  await node.fetch('w2');
});
afterEach(() => world.dispose());

const needs = (log: Partial<Log> = {}, projection: Partial<Projection> = {}): Needs => {
  let ids = 0;
  return {
    log: over<Log>(world.log, log),
    projection: over<Projection>(world.projection, projection),
    eventId: () => `attempt ${String(++ids)}`,
    monotonic: () => 0,
    wait: async (ms) => void waitedMs.push(ms),
  };
};
const snapshot = async (): Promise<QueueState> =>
  (await world.projection.snapshot(QUEUE)) as QueueState;
/** Does this once, when the log is read after the first snapshot. */
const onceRead = (meanwhile: () => Promise<unknown>): Partial<Log> => {
  let done = false;
  return {
    async *scan(queue: QueueId, segment: Segment) {
      if (!done) {
        done = true;
        await meanwhile();
      }
      yield* world.log.scan(queue, segment);
    },
  };
};
const corrupt = (bad: number): Partial<Log> => ({
  async *scan(queue: QueueId, segment: Segment) {
    yield* world.log.scan(queue, segment);
    if (segment === bad) throw new CorruptRow(queue, { index: 3, epoch: 1 }, 'not JSON');
  },
});
const outcomeOf = async (verified: Promise<Verified>) => {
  const { outcome, looks } = await verified;
  return { outcome, looks };
};

describe('a queue in use', () => {
  test.each<[string, () => Promise<unknown>]>([
    ['a task acked', () => world.node().ack('w2')],
    ['a task fetched', () => world.node().fetch('w3')],
    ['tasks added', () => Promise.all([6, 7, 8, 9].map((value) => world.node().add(value)))],
    ['tasks added, with a token', () => world.node().add(6, 'a token')],
  ])('%s while the log is read: no difference once looked at again', async (_, meanwhile) => {
    expect(await outcomeOf(verify(needs(onceRead(meanwhile)), QUEUE))).toEqual({
      outcome: 'equal',
      looks: 2,
    });
    expect(waitedMs).toEqual([100]);
  });

  test.each<[string, () => Promise<unknown>]>([
    ['a rewind', () => world.node().rewind(0)],
    ['a rebuild', () => createUpkeep(needs()).rebuild(QUEUE)],
  ])('%s while the log is read: all is looked at again', async (_, meanwhile) => {
    const { outcome, tasks } = await verify(needs(onceRead(meanwhile)), QUEUE);
    expect({ outcome, tasks }).toEqual({ outcome: 'equal', tasks: 5 });
  });

  test('a state that is being rebuilt is waited for', async () => {
    await world.projection.shutEpoch(QUEUE, (await snapshot()).epoch);
    const using = {
      ...needs(),
      wait: () =>
        createUpkeep(needs())
          .rebuild(QUEUE)
          .then(() => undefined),
    };
    expect((await verify(using, QUEUE)).outcome).toBe('equal');
  });

  test('one that nobody rebuilds is a difference, after longer than a rebuild takes', async () => {
    world.loseProjection();
    expect(await verify(needs(), QUEUE)).toMatchObject({
      outcome: 'different',
      differences: [{ subject: 'state', log: 'epoch 1', projection: 'nothing that can be used' }],
    });
    expect(waitedMs.reduce((sum, ms) => sum + ms)).toBeGreaterThan(5_000);
  });

  test('what differs in another way at each look cannot be told', async () => {
    let version = -1;
    const changing = { snapshot: async () => ({ ...(await snapshot()), version: version-- }) };
    expect(await verify(needs({}, changing), QUEUE)).toMatchObject({
      ...{ outcome: 'unknown', unsettled: 1, differences: [], looks: 7 },
    });
  });

  test('an epoch that moves at each look cannot be told', async () => {
    let epoch = 1;
    const moving = {
      head: async () => ({ ...(await world.log.head(QUEUE))!, epoch: epoch++ as never }),
    };
    expect((await verify(needs(moving), QUEUE)).outcome).toBe('unknown');
  });
});

test('what stays is a difference at the second look', async () => {
  const spoilt = { snapshot: async () => ({ ...(await snapshot()), fetched: 3 }) };
  expect(await verify(needs({}, spoilt), QUEUE)).toMatchObject({
    ...{ outcome: 'different', count: 1, looks: 2, tasks: 5 },
    differences: [{ subject: 'task', from: 3 }],
  });
});

test('a queue that does not exist is absent', async () => {
  const nobody = { ...QUEUE, serviceId: 'nothing' as QueueId['serviceId'] };
  expect((await verify(needs(), nobody)).outcome).toBe('absent');
});

test('a row that cannot be read is named, and the other segments are compared', async () => {
  const spoilt = { snapshot: async () => ({ ...(await snapshot()), fetched: 5 }) };
  const verified = await verify(needs(corrupt(1), spoilt), QUEUE);
  expect(verified.unreadable.map(({ data }) => data)).toMatchObject([{ index: 3, epoch: 1 }]);
  expect(verified.differences.some(({ from }) => from === 5)).toBe(true);
  expect((await verify(needs(corrupt(1)), QUEUE)).outcome).toBe('unknown');
});

describe('a rebuild by an operator', () => {
  test('raises the epoch of a queue that is well', async () => {
    expect(await createUpkeep(needs()).rebuild(QUEUE)).toBe(2);
    expect(await outcomeOf(verify(needs(), QUEUE))).toEqual({ outcome: 'equal', looks: 1 });
  });

  test('leaves a queue as it is of which a row cannot be read', async () => {
    const before = await snapshot();
    await expect(createUpkeep(needs(corrupt(2))).rebuild(QUEUE)).rejects.toThrow(CorruptRow);
    expect(await snapshot()).toEqual(before);
    expect(await world.log.head(QUEUE)).toMatchObject({ epoch: 1 });
  });

  test('waits for a log that is away, and gives up after some tries with nothing changed', async () => {
    let calls = 0;
    const awayFor = (tries: number): Partial<Log> => ({
      segments: (queue) =>
        ++calls <= tries ? Promise.reject(new LogUnavailable('away')) : world.log.segments(queue),
    });
    const before = await snapshot();
    await expect(createUpkeep(needs(awayFor(Infinity))).rebuild(QUEUE)).rejects.toThrow('away');
    expect(calls).toBe(4);
    expect(waitedMs).toEqual([500, 1000, 2000]);
    expect(await snapshot()).toEqual(before);
    calls = 0;
    expect(await createUpkeep(needs(awayFor(3))).rebuild(QUEUE)).toBe(2);
  });

  test('of a queue that does not exist is none', async () => {
    const nobody = { ...QUEUE, serviceId: 'nothing' as QueueId['serviceId'] };
    expect(await createUpkeep(needs()).rebuild(nobody)).toBeNull();
  });

  test.each<Fault>(['dies before', 'dies after'])(
    'that %s any of its calls is ended by the next one',
    async (fault) => {
      const steps = new FaultyPorts(Infinity, fault);
      const all = { ...(needs() as Ports) };
      await createUpkeep(steps.wrap(all)).rebuild(QUEUE);
      expect(steps.steps.length).toBeGreaterThan(6);
      for (let at = 0; at < steps.steps.length; at++) {
        const ports = new FaultyPorts(at, fault);
        void createUpkeep(ports.wrap(all)).rebuild(QUEUE);
        for (let i = 0; i < 60; i++) await new Promise((resolve) => setImmediate(resolve));
        expect(ports.fired).toBe(true);
        expect(await createUpkeep(needs()).rebuild(QUEUE)).toBeGreaterThan(2);
        expect(await outcomeOf(verify(needs(), QUEUE))).toEqual({ outcome: 'equal', looks: 1 });
        expect(await world.node().ack('w9')).toBe(false);
        expect((await snapshot()).leases).toMatchObject([{ index: 2, workerId: 'w2' }]);
      }
    },
  );
});

test('the job looks at a page of the directory, and tells what is not equal or failed', async () => {
  const node = world.node();
  expect(await node.jobs.verify()).toEqual({ queues: 1, doubtful: [], failed: [] });
  const broken = world.node((ports) => ({
    ...ports,
    projection: over<Projection>(ports.projection, {
      snapshot: async () => ({ ...(await snapshot()), fetched: 3 }),
    }),
  }));
  expect(await broken.jobs.verify()).toMatchObject({
    queues: 1,
    doubtful: [{ queue: QUEUE, verified: { outcome: 'different', count: 1 } }],
  });
  const away = world.node((ports) => ({
    ...ports,
    log: over<Log>(ports.log, { segments: () => Promise.reject(new LogUnavailable('away')) }),
  }));
  expect(await away.jobs.verify()).toMatchObject({ queues: 1, failed: [{ queue: QUEUE }] });
});
