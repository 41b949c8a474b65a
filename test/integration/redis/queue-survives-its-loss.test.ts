import { setTimeout as wait } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { LeaseId, Projection } from '../../../src/domain';
import { QueueError } from '../../../src/domain';
import { clientOf, projectionOn } from '../../support/redisQueue';
import type { RedisServer } from '../../support/redisServer';
import { describeOnRedis, startRedis } from '../../support/redisServer';
import type { TestNode } from '../../support/world';
import { QUEUE, World } from '../../support/world';

const TTR_MS = 60_000;

describeOnRedis('a queue whose Redis loses what it held', () => {
  let server: RedisServer;
  let aside: Redis;
  let world: World;
  const opened: Projection[] = [];

  /** A node with a connection of its own. */
  const nodeOnRedis = async (): Promise<TestNode> => {
    const projection = await projectionOn(server.url);
    opened.push(projection);
    return world.node((ports) => ({ ...ports, projection, wait }));
  };

  beforeEach(async () => {
    server = await startRedis();
    aside = await clientOf(server.url);
    world = new World();
  });
  afterEach(async () => {
    for (const projection of opened.splice(0)) await projection.close();
    aside.disconnect();
    await world.dispose();
    await server.stop();
  });

  /** Does a call again while the server is away or the queue is rebuilt, as a client does. */
  const again = async <T>(call: () => Promise<T>): Promise<T> => {
    for (let tries = 0; ; tries++) {
      try {
        return await call();
      } catch (error) {
        if (tries >= 100 || !(error instanceof QueueError) || !error.retryable) throw error;
        await wait(50);
      }
    }
  };

  /** Ten tasks: 1 acked, 2 held by w2, 3 held by w3, the rest waiting. */
  const inUse = async (node: TestNode) => {
    for (let i = 1; i <= 10; i++) await node.add(i);
    await node.fetch('w1', TTR_MS);
    const second = await node.fetch('w2', TTR_MS);
    await node.fetch('w3', TTR_MS);
    await node.ack('w1');
    return second?.leaseId;
  };

  const expectNothingLost = async (node: TestNode, lease: LeaseId | undefined): Promise<void> => {
    const info = await again(() => node.queue.info(QUEUE));
    expect(info).toMatchObject({ published: 10, fetched: 3, counts: { waiting: 7, leased: 2 } });
    expect((await node.fetch('w2', TTR_MS))?.leaseId).toBe(lease);
    expect(await node.ack('w2', lease)).toBe(true);
    expect(await node.ack('w3')).toBe(true);
    const drained: unknown[] = [];
    for (;;) {
      const task = await node.fetch('drainer', TTR_MS);
      if (!task) break;
      drained.push(task.value);
      await node.ack('drainer');
    }
    expect(drained).toEqual([4, 5, 6, 7, 8, 9, 10]);
  };

  it('FLUSHALL: the next call rebuilds', async () => {
    const node = await nodeOnRedis();
    const lease = await inUse(node);
    await aside.flushall();
    await expectNothingLost(node, lease);
  });

  it('kill -9 and a restart: the same, once the server answers', async () => {
    const node = await nodeOnRedis();
    const lease = await inUse(node);
    await server.restart();
    await expectNothingLost(node, lease);
  });

  it('a restart from an older RDB: what came after it is not undone', async () => {
    const node = await nodeOnRedis();
    await inUse(node);
    await aside.save();
    expect(await node.ack('w2')).toBe(true);
    await node.add(11);
    await server.restart();
    const info = await again(() => node.queue.info(QUEUE));
    expect(info).toMatchObject({ published: 11, fetched: 3, counts: { waiting: 8, leased: 1 } });
    expect(await node.ack('w2')).toBe(false);
    expect((await node.fetch('w2', TTR_MS))?.value).toBe(4);
  });

  it('any single key: noticed, and the queue is rebuilt', async () => {
    const node = await nodeOnRedis();
    const lease = await inUse(node);
    const keys = await aside.keys('*');
    expect(keys.length).toBeGreaterThan(4);
    for (const key of keys) {
      await aside.del(key);
      expect((await again(() => node.fetch('w2', TTR_MS)))?.leaseId).toBe(lease);
    }
    await expectNothingLost(node, lease);
  });

  it('again and again under two nodes and eight workers: each task is acked, none comes back', async () => {
    const nodes = [await nodeOnRedis(), await nodeOnRedis()];
    const TASKS = 200;
    const acked = new Set<unknown>();
    /** Their ack failed at first: it may have been logged, and then a repeat finds nothing to ack. */
    const maybeAcked = new Set<unknown>();
    const confirmed = new Set<number>();
    let next = 0;
    const producer = async (node: TestNode): Promise<void> => {
      while (next < TASKS) {
        const value = ++next;
        await node.add(value).then(
          () => confirmed.add(value),
          (error: unknown) => {
            if (!(error instanceof QueueError)) throw error; // refused or unknown: not confirmed
          },
        );
      }
    };
    let producing = true;
    const worker = async (node: TestNode, name: string): Promise<void> => {
      for (;;) {
        const before = new Set(acked);
        const done = !producing;
        const task = await again(() => node.fetch(name, TTR_MS));
        if (!task) {
          if (done) return;
          await wait(5);
          continue;
        }
        if (before.has(task.value))
          throw new Error(`${String(task.value)} came back after its ack`);
        const ack = () =>
          node.ack(name, task.leaseId).catch((error: unknown) => {
            maybeAcked.add(task.value);
            throw error;
          });
        if (await again(ack)) acked.add(task.value);
      }
    };
    const vandal = (async () => {
      for (let i = 0; i < 5; i++) {
        await wait(60);
        await aside.flushall();
      }
    })();
    const workers = nodes.flatMap((node, n) =>
      [1, 2, 3, 4].map((w) => worker(node, `w${String(n)}-${String(w)}`)),
    );
    await Promise.all(nodes.map(producer));
    await vandal;
    producing = false;
    await Promise.all(workers);
    const lost = [...confirmed].filter((value) => !acked.has(value) && !maybeAcked.has(value));
    expect(lost).toEqual([]);
    expect(await nodes[0]!.queue.info(QUEUE)).toMatchObject({ counts: { waiting: 0, leased: 0 } });
    expect(confirmed.size).toBeGreaterThan(TASKS / 2);
  });
});
