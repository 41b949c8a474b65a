import type { Redis } from 'ioredis';
import type { Epoch, Projection, QueueState } from '../../../src/domain';
import { stale } from '../../../src/domain';
import { keysOf } from '../../../src/projections/redis/keys';
import { redisProjection } from '../../../src/projections/redis/redisProjection';
import type { OpenQueue } from '../../contract/projection/openQueue';
import * as op from '../../contract/projection/operations';
import { clientOf, fullQueue, PREFIX, projectionOn, queueNamed } from '../../support/redisQueue';
import type { RedisServer } from '../../support/redisServer';
import { startRedis } from '../../support/redisServer';
import { describeOnServers } from '../../support/servers';
import { until } from '../../support/until';

/** None of these may go unnoticed: what is left is not the queue any more. */
describeOnServers('a queue of which something was lost', () => {
  let server: RedisServer;
  let aside: Redis;
  let projection: Projection;
  let queues = 0;

  beforeAll(async () => {
    server = await startRedis();
    aside = await clientOf(server.url);
    projection = await projectionOn(server.url);
  });
  afterAll(async () => {
    await projection.close();
    aside.disconnect();
    await server.stop();
  });

  const open = () => fullQueue(projection, `queue ${String(++queues)}`);
  const ask = (queue: OpenQueue) => projection.round(queue.id, queue.epoch, [op.reserve]);

  const expectLost = async (queue: OpenQueue, state: QueueState): Promise<void> => {
    const before = await aside.dbsize();
    expect(await ask(queue)).toEqual(stale(null));
    expect(await projection.snapshot(queue.id)).toBeNull();
    const change = { from: queue.epoch, to: 2 as Epoch, last: 0, reopened: [] };
    expect(await projection.rewind(queue.id, change)).toBe('stale');
    expect(await aside.dbsize()).toBe(before); // nothing was written
    expect(await queue.restore({ ...state, epoch: 9 as Epoch, version: 0 })).toBe('opened');
    expect(await ask(queue)).toMatchObject({ replies: [{ index: 11, version: 1 }] });
  };

  it('is stale after FLUSHALL, and can be opened again', async () => {
    const queue = await open();
    const state = await queue.snapshot();
    await aside.flushall();
    await expectLost(queue, state);
  });

  it.each(keysOf(PREFIX, queueNamed('')).all.map((key) => key.split(':').at(-1) ?? ''))(
    'is stale when only its key %s is gone',
    async (part) => {
      const queue = await open();
      const state = await queue.snapshot();
      const key = keysOf(PREFIX, queue.id).all.find((name) => name.endsWith(`:${part}`)) ?? '';
      expect(await aside.del(key)).toBe(1);
      await expectLost(queue, state);
    },
  );

  it('is stale when a key has lost a member, or is of another kind', async () => {
    for (const spoil of [
      (key: string) => aside.zpopmin(key),
      (key: string) => aside.set(key, 'text'),
    ]) {
      const queue = await open();
      const state = await queue.snapshot();
      await spoil(keysOf(PREFIX, queue.id).all.find((key) => key.endsWith(':returned')) ?? '');
      await expectLost(queue, state);
    }
  });

  it('is stale when meta is of another kind, as an older version wrote it, or is cut short', async () => {
    for (const spoil of [
      async (meta: string) => {
        await aside.del(meta);
        await aside.hset(meta, 'epoch', 1, 'identity', 'x');
      },
      async (meta: string) => aside.set(meta, (await aside.getBuffer(meta))!.subarray(0, 100)),
    ]) {
      const queue = await open();
      const state = await queue.snapshot();
      await spoil(keysOf(PREFIX, queue.id).all[0]);
      await projection.shutEpoch(queue.id, queue.epoch); // does nothing, and does not fail
      await expectLost(queue, state);
    }
  });

  it('is stale when the server became a replica and a master again, although all is there', async () => {
    const queue = await open();
    const state = await queue.snapshot();
    const before = await projection.identity(queue.id);
    await aside.replicaof('127.0.0.1', '1');
    await aside.replicaof('NO', 'ONE');
    expect(await aside.exists(...keysOf(PREFIX, queue.id).all)).toBe(9);
    const { identity } = await projection.identity(queue.id);
    expect(identity).not.toBe(before.identity);
    expect(identity.split('.')[0]).toBe(before.identity.split('.')[0]); // the process is the same
    const newer = { ...state, epoch: 2 as Epoch, version: 0 };
    expect(await projection.restore(queue.id, before.identity, newer)).toBe('refused');
    expect(await aside.keys('*staged*')).toEqual([]);
    await expectLost(queue, state);
  });

  it('is stale when the server was killed and started', async () => {
    const queue = await open();
    const state = await queue.snapshot();
    const { identity } = await projection.identity(queue.id);
    await server.restart();
    await until(async () => (await projection.identity(queue.id)).identity !== identity);
    await until(async () => (await aside.dbsize()) >= 0);
    await expectLost(queue, state);
  });

  it('keeps nothing but meta of a queue whose epoch was shut', async () => {
    const queue = await open();
    await projection.shutEpoch(queue.id, queue.epoch);
    const { all } = keysOf(PREFIX, queue.id);
    expect(await aside.exists(...all)).toBe(1);
    expect(await aside.exists(all[0])).toBe(1);
  });

  it('does not fade: nothing that was staged keeps its time to live', async () => {
    const queue = await open();
    for (const key of keysOf(PREFIX, queue.id).all) expect(await aside.pttl(key)).toBe(-1);
    expect(await aside.keys('*staged*')).toEqual([]);
  });

  it('is not opened when a part of what was staged is gone, and what is staged fades', async () => {
    const queue = await open();
    const state = { ...(await queue.snapshot()), epoch: 2 as Epoch };
    const client = await clientOf(server.url);
    const restoring = redisProjection(client, { prefix: PREFIX });
    const { identity } = await restoring.identity(queue.id);
    const switchTo = client.evalsha.bind(client);
    const ttls: number[] = [];
    client.evalsha = (async (...args: Parameters<typeof switchTo>) => {
      const staged = await aside.keys('*staged*');
      for (const key of staged) ttls.push(await aside.pttl(key));
      await aside.unlink(...staged.filter((key) => key.endsWith(':returned')));
      return switchTo(...args);
    }) as typeof switchTo;
    const outcome = await restoring
      .restore(queue.id, identity, state)
      .catch((error: unknown) => (error as Error).message);
    await restoring.close();
    await aside.unlink(...(await aside.keys('*staged*')));
    expect(outcome).toContain('What was staged for the new state is not all there');
    expect(await queue.snapshot()).toMatchObject({ epoch: 1, returned: state.returned });
    expect(Math.min(...ttls)).toBeGreaterThan(0);
  });

  it('is not lost with the scripts: SCRIPT FLUSH is not noticed', async () => {
    const queue = await open();
    await aside.script('FLUSH');
    expect(await ask(queue)).toMatchObject({ replies: [{ index: 11 }] });
    await aside.script('FLUSH');
    expect(await projection.snapshot(queue.id)).toMatchObject({ allocated: 11 });
    await aside.script('FLUSH');
    await queue.rewind(0);
    await aside.script('FLUSH');
    await projection.shutEpoch(queue.id, queue.epoch);
    expect(await ask(queue)).toEqual(stale(null));
  });
});
