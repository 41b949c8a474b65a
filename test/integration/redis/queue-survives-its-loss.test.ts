import { cpSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { WorkQueue } from '../../../src/commands/workQueue';
import { QueueError } from '../../../src/domain';
import { again, QueueInUse, RedisNodes } from '../../support/redisNodes';
import { clientOf, projectionOn, queueNamed } from '../../support/redisQueue';
import type { RedisServer } from '../../support/redisServer';
import { startRedis } from '../../support/redisServer';
import { describeOnServers } from '../../support/servers';
import { until } from '../../support/until';

describeOnServers('a queue whose Redis loses what it held', () => {
  let server: RedisServer;
  let aside: Redis;
  let nodes: RedisNodes;
  const queue = new QueueInUse(queueNamed('queue'));

  /** A node with a connection of its own. */
  const newNode = async () => nodes.node(await projectionOn(server.url));

  beforeEach(async () => {
    server = await startRedis();
    aside = await clientOf(server.url);
    nodes = new RedisNodes();
  });
  afterEach(async () => {
    await nodes.dispose();
    aside.disconnect();
    await server.stop();
  });

  it('FLUSHALL: the next call rebuilds', async () => {
    const node = await newNode();
    const lease = await queue.fill(node);
    await aside.flushall();
    await queue.expectNothingLost(node, lease);
  });

  it('kill -9 and a restart: the same, once the server answers', async () => {
    const node = await newNode();
    const lease = await queue.fill(node);
    await server.restart();
    await queue.expectNothingLost(node, lease);
  });

  it('a restart from an older RDB: what came after it is not undone', async () => {
    const node = await newNode();
    await queue.fill(node);
    await aside.save();
    expect(await queue.ack(node, 'w2')).toBe(true);
    await queue.add(node, 11);
    await server.restart();
    const info = await again(() => node.info(queue.id));
    expect(info).toMatchObject({ published: 11, fetched: 3, counts: { waiting: 8, leased: 1 } });
    expect(await queue.ack(node, 'w2')).toBe(false);
    expect((await queue.fetch(node, 'w2'))?.value).toBe(4);
  });

  it('any single key: noticed, and the queue is rebuilt', async () => {
    const node = await newNode();
    const lease = await queue.fill(node);
    const keys = await aside.keys('*');
    expect(keys.length).toBeGreaterThan(4);
    for (const key of keys) {
      await aside.del(key);
      expect((await again(() => queue.fetch(node, 'w2')))?.leaseId).toBe(lease);
    }
    await queue.expectNothingLost(node, lease);
  });

  it('an eviction under a wrong maxmemory-policy: noticed, and the queue is rebuilt', async () => {
    const node = await newNode();
    const lease = await queue.fill(node);
    await aside.config('SET', 'maxmemory-policy', 'allkeys-lru', 'maxmemory', '1');
    await until(async () => /evicted_keys:[1-9]/.test(await aside.info('stats')));
    await aside.config('SET', 'maxmemory-policy', 'noeviction', 'maxmemory', '0');
    await queue.expectNothingLost(node, lease);
  });

  describe('with an append-only file', () => {
    beforeEach(async () => {
      await server.stop();
      server = await startRedis(['--appendonly', 'yes', '--appendfsync', 'always']);
      aside.disconnect();
      aside = await clientOf(server.url);
    });

    it('a restart from an older one: what came after it is not undone', async () => {
      const node = await newNode();
      await queue.fill(node);
      const [, folder = ''] = (await aside.config('GET', 'dir')) as string[];
      const file = join(folder, 'appendonlydir');
      cpSync(file, `${file}.old`, { recursive: true });
      expect(await queue.ack(node, 'w2')).toBe(true);
      await queue.add(node, 11);
      await server.kill();
      rmSync(file, { recursive: true });
      renameSync(`${file}.old`, file);
      await server.restart();
      const info = await again(() => node.info(queue.id));
      expect(info).toMatchObject({ published: 11, fetched: 3, counts: { waiting: 8, leased: 1 } });
      expect(await queue.ack(node, 'w2')).toBe(false);
      expect((await queue.fetch(node, 'w2'))?.value).toBe(4);
    });

    it('a restart from a whole one is rebuilt as well: another process may have missed something', async () => {
      const node = await newNode();
      const lease = await queue.fill(node);
      const held = await aside.dbsize();
      const looking = await projectionOn(server.url);
      expect(await looking.snapshot(queue.id)).toMatchObject({ epoch: 1 });
      await server.restart();
      await until(async () => (await aside.dbsize()) === held);
      expect(await again(() => looking.snapshot(queue.id))).toBeNull();
      await queue.expectNothingLost(node, lease);
      expect(await looking.snapshot(queue.id)).toMatchObject({ epoch: 2 });
      await looking.close();
    });
  });

  it('again and again under two nodes and eight workers: each task is acked, none comes back', async () => {
    const both = [await newNode(), await newNode()];
    const TASKS = 200;
    const acked = new Set<unknown>();
    /** Their ack failed at first: it may have been logged, and then a repeat finds nothing to ack. */
    const maybeAcked = new Set<unknown>();
    const confirmed = new Set<number>();
    let next = 0;
    const producer = async (node: WorkQueue): Promise<void> => {
      while (next < TASKS) {
        const value = ++next;
        await queue.add(node, value).then(
          () => confirmed.add(value),
          (error: unknown) => {
            if (!(error instanceof QueueError)) throw error; // refused or unknown: not confirmed
          },
        );
      }
    };
    let producing = true;
    const worker = async (node: WorkQueue, name: string): Promise<void> => {
      for (;;) {
        const before = new Set(acked);
        const done = !producing;
        const task = await again(() => queue.fetch(node, name));
        if (!task) {
          if (done) return;
          await wait(5);
          continue;
        }
        if (before.has(task.value))
          throw new Error(`${String(task.value)} came back after its ack`);
        const ack = () =>
          queue.ack(node, name, task.leaseId).catch((error: unknown) => {
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
    const workers = both.flatMap((node, n) =>
      [1, 2, 3, 4].map((w) => worker(node, `w${String(n)}-${String(w)}`)),
    );
    await Promise.all(both.map(producer));
    await vandal;
    producing = false;
    await Promise.all(workers);
    const lost = [...confirmed].filter((value) => !acked.has(value) && !maybeAcked.has(value));
    expect(lost).toEqual([]);
    expect(await both[0]!.info(queue.id)).toMatchObject({ counts: { waiting: 0, leased: 0 } });
    expect(confirmed.size).toBeGreaterThan(TASKS / 2);
  });
});
