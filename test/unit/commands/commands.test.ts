import type { LeaseId, Log, Projection, WorkerId } from '../../../src/domain';
import { OutcomeUnknown, ProjectionUnavailable } from '../../../src/domain';
import { over } from '../../support/over';
import { QUEUE, World } from '../../support/world';
import type { TestNode } from '../../support/world';

let world: World;
let node: TestNode;

beforeEach(() => {
  world = new World();
  node = world.node();
});
afterEach(() => world.dispose());

const info = () => node.queue.info(QUEUE);
const eventsOf = async (index: number): Promise<string[]> =>
  (await world.log.read(QUEUE, [{ from: index, to: index }])).map(({ event }) => event.type);

describe('a queue that does not exist', () => {
  test('answers fetch, ack and info, and nothing is written', async () => {
    expect(await node.fetch('w1')).toBeNull();
    expect(await node.ack('w1')).toBe(false);
    expect(await info()).toMatchObject({ published: 0, fetched: 0, leases: [] });
    await node.runJobs();
    expect(await world.log.head(QUEUE)).toBeNull();
  });

  test('is created by the first of many adds at once, on several nodes', async () => {
    const nodes = [node, world.node(), world.node()];
    await Promise.all(
      nodes.flatMap((each, i) => [each.add(`a${String(i)}`), each.add(`b${String(i)}`)]),
    );
    expect(await info()).toMatchObject({ counts: { waiting: 6, pending: 0 } });
  });

  test('has nothing above 0 to rewind to', async () => {
    expect(await node.rewind(0)).toBe(true);
    expect(await node.rewind(-7)).toBe(true);
    await expect(node.rewind(1)).rejects.toMatchObject({ type: 'RewindRefused' });
  });
});

describe('add', () => {
  test('gives indices in order and claims segments before they run out', async () => {
    for (let i = 1; i <= 20; i++) await node.add(i);
    expect(await info()).toMatchObject({ published: 20, counts: { waiting: 20 } });
    for (let i = 1; i <= 20; i++) expect((await node.fetch(`w${String(i)}`))?.value).toBe(i);
  });

  test('of more at once than a segment holds', async () => {
    await Promise.all(Array.from({ length: 50 }, (_, i) => node.add(i)));
    expect(await info()).toMatchObject({ counts: { waiting: 50, pending: 0 } });
  });
});

describe('fetch', () => {
  test('gives a worker the same task until it acks, and counts one delivery', async () => {
    await node.add('a');
    await node.add('b');
    const first = await node.fetch('w1');
    world.advance(500);
    expect(await node.fetch('w1')).toEqual(first);
    expect(first).toMatchObject({ value: 'a', index: 1, deliveries: 1 });
    expect(await eventsOf(1)).toEqual(['Added', 'Fetched']);
  });

  test('gives different workers different tasks, in index order', async () => {
    await node.add('a');
    await node.add('b');
    const given = await Promise.all([node.fetch('w1'), node.fetch('w2'), node.fetch('w3')]);
    expect(given.map((delivery) => delivery?.value)).toEqual(['a', 'b', undefined]);
  });

  test('of two calls of one worker at once gives both the same lease', async () => {
    await node.add('a');
    await node.add('b');
    const [one, two] = await Promise.all([node.fetch('w1'), node.fetch('w1')]);
    expect(one?.leaseId).toBe(two?.leaseId);
  });

  test('after timeToRecover gives the task to the next worker, and logs the recovery first', async () => {
    await node.add('a');
    await node.fetch('w1', 1_000);
    world.advance(999);
    expect(await node.fetch('w2')).toBeNull();
    world.advance(1);
    expect(await node.fetch('w2')).toMatchObject({ value: 'a', deliveries: 2 });
    expect(await eventsOf(1)).toEqual(['Added', 'Fetched', 'Recovered', 'Fetched']);
    expect(await node.ack('w1')).toBe(false);
  });

  test('after its own lease ran out gets a new one', async () => {
    await node.add('a');
    const first = await node.fetch('w1', 1_000);
    world.advance(1_000);
    const second = await node.fetch('w1', 1_000);
    expect(second?.leaseId).not.toBe(first?.leaseId);
    expect(second).toMatchObject({
      value: 'a',
      deliveries: 2,
      leaseUntil: (first?.leaseUntil ?? 0) + 1_000,
    });
  });

  test('does not hand out a value whose lease ran out while it was logged: claims again', async () => {
    await node.add('a');
    let slow = true;
    const slowNode = world.node((ports) => ({
      ...ports,
      log: over<Log>(ports.log, {
        append: (...args: Parameters<typeof ports.log.append>) => {
          if (slow) world.advance(2_000);
          slow = false;
          return ports.log.append(...args);
        },
      }),
    }));
    const given = await slowNode.fetch('w1', 1_000);
    expect(given).toMatchObject({ value: 'a', deliveries: 2, leaseUntil: world.clockMs + 1_000 });
    expect(await eventsOf(1)).toEqual(['Added', 'Fetched', 'Recovered', 'Fetched']);
  });

  test('recoverBy caller compares with the timeToRecover of the caller', async () => {
    await node.add('a');
    await node.fetch('w1', 60_000);
    world.advance(2_000);
    const workerId = 'w2' as WorkerId;
    const asking = { workerId, recoverBy: 'caller', timeToRecoverMs: 2_001 } as const;
    expect(await node.queue.fetch(QUEUE, asking)).toBeNull();
    expect(await node.queue.fetch(QUEUE, { ...asking, timeToRecoverMs: 2_000 })).toMatchObject({
      value: 'a',
    });
  });
});

describe('ack', () => {
  test('is true once, and the task never comes again', async () => {
    await node.add('a');
    await node.fetch('w1');
    expect(await node.ack('w1')).toBe(true);
    expect(await node.ack('w1')).toBe(false);
    world.advance(60_000);
    await node.runJobs();
    expect(await node.fetch('w1')).toBeNull();
  });

  test('that is in the log when the projection goes away ends in OutcomeUnknown', async () => {
    await node.add('a');
    await node.fetch('w1');
    const failing = world.node((ports) => ({
      ...ports,
      projection: over<Projection>(ports.projection, {
        round: (queue, epoch, operations) =>
          operations.some((operation) => operation.do === 'settle')
            ? Promise.reject(new ProjectionUnavailable('gone'))
            : ports.projection.round(queue, epoch, operations),
      }),
    }));
    await expect(failing.ack('w1')).rejects.toThrow(OutcomeUnknown);
    expect(await eventsOf(1)).toEqual(['Added', 'Fetched', 'Acked']);
  });

  test('after leaseUntil is accepted while the task was not recovered', async () => {
    await node.add('a');
    await node.fetch('w1', 1_000);
    world.advance(5_000);
    expect(await node.ack('w1')).toBe(true);
  });

  test('that means an older lease is refused and changes nothing', async () => {
    await node.add('a');
    const first = await node.fetch('w1', 1_000);
    world.advance(1_000);
    await node.fetch('w1', 1_000);
    expect(await node.ack('w1', first?.leaseId)).toBe(false);
    expect(await node.ack('w1', '9.9.9' as LeaseId)).toBe(false);
    expect(await info()).toMatchObject({ counts: { leased: 1 } });
  });

  test('at once with a fetch by another worker never acks what that fetch claimed', async () => {
    await node.add('a');
    const [acked, given] = await Promise.all([node.ack('w1'), node.fetch('w1')]);
    expect(acked).toBe(false);
    expect(given).toMatchObject({ value: 'a' });
  });

  test('beside a fetch that could take the lease over: the ack wins, the fetch gets nothing', async () => {
    await node.add('a');
    await node.fetch('w1', 1_000);
    world.advance(1_000);
    const [given, acked] = await Promise.all([node.fetch('w2'), node.ack('w1')]);
    expect(acked).toBe(true);
    expect(given).toBeNull();
  });
});

describe('a task with a token', () => {
  test('calls completed with token, result and error before the ack is logged', async () => {
    await node.add('a', { activity: 7 });
    await node.fetch('w1');
    const heard: unknown[] = [];
    const completed = async (activity: unknown): Promise<void> => {
      heard.push(activity, await eventsOf(1));
    };
    const workerId = 'w1' as WorkerId;
    expect(await node.queue.ack(QUEUE, { workerId, result: { n: 1n }, completed })).toBe(true);
    expect(heard).toEqual([{ token: { activity: 7 }, result: { n: 1n } }, ['Added', 'Fetched']]);
    expect(await eventsOf(1)).toEqual(['Added', 'Fetched', 'Acked']);
  });

  test('where completed fails, the lease stays and the ack can be repeated', async () => {
    await node.add('a', 't');
    await node.fetch('w1');
    const failing = () => Promise.reject(new Error('activity is away'));
    await expect(node.ack('w1', undefined, failing)).rejects.toThrow('activity is away');
    expect(await info()).toMatchObject({ counts: { leased: 1 } });
    expect(await node.ack('w1')).toBe(true);
  });

  test('lost to another worker while completed ran: false', async () => {
    await node.add('a', 't');
    await node.fetch('w1', 1_000);
    const slow = async (): Promise<void> => {
      world.advance(1_000);
      await node.fetch('w2');
    };
    expect(await node.ack('w1', undefined, slow)).toBe(false);
    expect(await eventsOf(1)).not.toContain('Acked');
  });
});

describe('jobs', () => {
  test('recover takes back what ran out, so that counts are true where nobody fetches', async () => {
    await node.add('a');
    await node.fetch('w1', 1_000);
    world.advance(1_000);
    await node.jobs.recover();
    expect(await info()).toMatchObject({ counts: { waiting: 1, returned: 1, leased: 0 } });
    expect(await eventsOf(1)).toEqual(['Added', 'Fetched', 'Recovered']);
  });

  test('recover on a fresh node finds the queue in the directory', async () => {
    await node.add('a');
    await node.fetch('w1', 1_000);
    world.advance(1_000);
    world.loseProjection();
    node = world.node();
    await node.jobs.recover();
    expect(await info()).toMatchObject({ counts: { returned: 1, leased: 0 } });
  });

  test('closeSegments closes what is acked, and a rebuild does not read it again', async () => {
    for (let i = 1; i <= 6; i++) await node.add(i);
    for (let i = 1; i <= 5; i++) {
      await node.fetch('w1');
      await node.ack('w1');
    }
    await node.jobs.closeSegments();
    expect(
      (await world.log.segments(QUEUE)).map(({ status, lastAdded }) => [status, lastAdded]),
    ).toEqual(
      expect.arrayContaining([
        ['closed', 4],
        ['open', 0],
      ]),
    );
    world.loseProjection();
    node = world.node();
    expect(await info()).toMatchObject({ published: 6, fetched: 5, counts: { waiting: 1 } });
  });

  test('after restarts of an idle queue nothing is left behind', async () => {
    await node.add('a');
    for (let restarts = 0; restarts < 5; restarts++) {
      world.loseProjection();
      node = world.node();
      await info();
    }
    expect(await info()).toMatchObject({ counts: { waiting: 1, pending: 19 } });
    world.advance(60_000);
    await node.runJobs();
    expect(await info()).toMatchObject({ published: 1, fetched: 0, counts: { pending: 0 } });
    const open = (await world.log.segments(QUEUE)).filter(({ status }) => status === 'open');
    expect(open.map(({ segment }) => segment)).toEqual([1, 6]); // with the task, and the newest
    expect(await node.fetch('w1')).toMatchObject({ value: 'a' });
  });

  test('closeSegments believes the log, not the projection', async () => {
    for (let i = 1; i <= 5; i++) await node.add(i);
    for (let i = 1; i <= 4; i++) {
      await node.fetch('w1');
      if (i < 4) await node.ack('w1');
    }
    const head = await world.log.head(QUEUE);
    if (!head) throw new Error('no head');
    // A projection that lost the lease of task 4: nothing in it says that the task is not done.
    await world.projection.round(QUEUE, head.epoch, [{ do: 'settle', index: 4 as never }]);
    await node.jobs.closeSegments();
    expect((await world.log.segments(QUEUE)).every(({ status }) => status === 'open')).toBe(true);
  });

  test('a job goes on with the other queues where one fails', async () => {
    const broken = world.node((ports) => ({
      ...ports,
      log: over<Log>(ports.log, {
        head: (queue: typeof QUEUE) =>
          queue.serviceId === 'service'
            ? Promise.reject(new Error('no head'))
            : ports.log.head(queue),
      }),
    }));
    const other = { ...QUEUE, serviceId: 'zother' as typeof QUEUE.serviceId };
    await node.add('a');
    await node.queue.add(other, { value: 'b' });
    await node.queue.fetch(other, {
      workerId: 'w1' as WorkerId,
      timeToRecoverMs: 1_000,
      recoverBy: 'lease',
    });
    world.advance(1_000);
    await expect(broken.jobs.recover()).rejects.toThrow('no head');
    expect(await node.queue.info(other)).toMatchObject({ counts: { returned: 1 } });
  });
});

describe('rewind', () => {
  test('makes all tasks above last wait again, in index order', async () => {
    for (const value of ['a', 'b', 'c']) await node.add(value);
    for (let i = 0; i < 3; i++) {
      await node.fetch('w1');
      await node.ack('w1');
    }
    expect(await node.rewind(1)).toBe(true);
    expect(await info()).toMatchObject({ published: 3, fetched: 1, counts: { waiting: 2 } });
    expect((await node.fetch('w1'))?.value).toBe('b');
    expect(await world.log.rewinds(QUEUE)).toMatchObject([{ event: { last: 1 } }]);
  });

  test('beyond the last index is refused; at it there is nothing to do', async () => {
    await node.add('a');
    await expect(node.rewind(2)).rejects.toMatchObject({
      type: 'RewindRefused',
      data: { path: 'last' },
    });
    expect(await node.rewind(1)).toBe(true);
  });

  test('opens the new epoch in place, unless it has to open closed segments again', async () => {
    const epoch = async () => (await world.log.head(QUEUE))?.epoch;
    for (let i = 1; i <= 5; i++) await node.add(i);
    for (let i = 1; i <= 5; i++) {
      await node.fetch('w1');
      await node.ack('w1');
    }
    await node.rewind(0);
    expect(await epoch()).toBe(2);
    for (let i = 1; i <= 5; i++) {
      await node.fetch('w1');
      await node.ack('w1');
    }
    await node.jobs.closeSegments();
    await node.rewind(0);
    expect(await epoch()).toBe(4); // raised by the rewind, and by the rebuild that opens it
    expect((await node.fetch('w1'))?.value).toBe(1);
  });

  test('leaves a live lease with its worker', async () => {
    await node.add('a');
    const given = await node.fetch('w1');
    await node.rewind(0);
    expect(await node.fetch('w2')).toBeNull();
    expect((await node.fetch('w1'))?.leaseId).toBe(given?.leaseId);
    expect(await node.ack('w1')).toBe(true);
  });
});

test('the rebuilt projection is the one that was lost', async () => {
  for (let i = 1; i <= 10; i++) await node.add(i, i === 9 ? 'token' : undefined);
  await node.fetch('w1');
  await node.fetch('w2');
  await node.ack('w1');
  await node.fetch('w3', 10);
  world.advance(10);
  await node.jobs.recover();
  const before = await info();
  world.loseProjection();
  const after = await world.node().queue.info(QUEUE);
  expect(after).toEqual({ ...before, counts: { ...before.counts, pending: 2 } });
});

test('a raise of unknown outcome counts as own only if the head says so: another may have raised', async () => {
  await node.add('a');
  world.loseProjection();
  let unknown = true;
  const rebuilding = world.node((ports) => ({
    ...ports,
    log: over<Log>(ports.log, {
      raise: async (...[queue, read, raisedBy]: Parameters<typeof ports.log.raise>) => {
        if (!unknown) return ports.log.raise(queue, read, raisedBy);
        unknown = false;
        await ports.log.raise(queue, read, 'another node');
        throw new OutcomeUnknown('no answer');
      },
    }),
  }));
  expect(await rebuilding.fetch('w1')).toMatchObject({ value: 'a' });
  expect(await world.log.head(QUEUE)).toMatchObject({ epoch: 3 });
});
