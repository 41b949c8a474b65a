import type { Redis } from 'ioredis';
import type { Projection } from '../../../src/domain';
import { ProjectionUnavailable } from '../../../src/domain';
import { redisProjection } from '../../../src/projections/redis/redisProjection';
import { again, QueueInUse, RedisNodes } from '../../support/redisNodes';
import type { RedisProxy } from '../../support/redisProxy';
import { startProxy } from '../../support/redisProxy';
import { clientOf, PREFIX, projectionOn, queueNamed } from '../../support/redisQueue';
import type { RedisServer } from '../../support/redisServer';
import { startRedis } from '../../support/redisServer';
import { describeOnServers } from '../../support/servers';
import { until } from '../../support/until';

/**
 * A master and a replica that misses the last commands. The log has them all, so whichever of the two
 * answers next, and whatever it still holds, nothing that was confirmed may be undone [F3].
 */
describeOnServers('a queue on a master that fails over to a stale replica', () => {
  let master: RedisServer;
  let replica: RedisServer;
  let onMaster: Redis;
  let onReplica: Redis;
  /** Where the replica gets its data from. */
  let link: RedisProxy;
  /** Where the clients look for Redis. */
  let address: RedisProxy;
  let nodes: RedisNodes;
  const queue = new QueueInUse(queueNamed('queue'));

  beforeEach(async () => {
    const fast = ['--repl-diskless-sync-delay', '0', '--repl-diskless-sync', 'yes'];
    master = await startRedis(fast);
    replica = await startRedis(fast);
    onMaster = await clientOf(master.url);
    onReplica = await clientOf(replica.url);
    link = await startProxy(master.port);
    address = await startProxy(master.port);
    nodes = new RedisNodes();
    await onReplica.replicaof('127.0.0.1', link.port);
    await until(async () => (await onReplica.info('replication')).includes('link_status:up'));
  });
  afterEach(async () => {
    await nodes.dispose();
    onMaster.disconnect();
    onReplica.disconnect();
    await address.stop();
    await link.stop();
    await master.stop();
    await replica.stop();
  });

  const newNode = async () => nodes.node(await projectionOn(address.url));

  /** How far the stream of commands has come there. */
  const offsetOf = async (redis: Redis): Promise<string | undefined> =>
    /master_repl_offset:(\d+)/.exec(await redis.info('replication'))?.[1];

  /** Ten tasks are on both; that 2 was acked and 11 added, only the master knows. */
  const fillAndCut = async (node: Parameters<QueueInUse['fill']>[0]): Promise<void> => {
    await queue.fill(node);
    await until(async () => (await offsetOf(onReplica)) === (await offsetOf(onMaster)));
    link.moveTo(null);
    await until(async () => (await onReplica.info('replication')).includes('link_status:down'));
    expect(await queue.ack(node, 'w2')).toBe(true);
    expect(await queue.add(node, 11)).toBe(true);
  };

  /** All that was confirmed by `fillAndCut` counts, and an index is given once. */
  const expectNothingUndone = async (node: Parameters<QueueInUse['fill']>[0]): Promise<void> => {
    const info = await again(() => node.info(queue.id));
    expect(info).toMatchObject({ published: 11, fetched: 3, counts: { waiting: 8, leased: 1 } });
    expect(await queue.ack(node, 'w2')).toBe(false);
    expect(await queue.add(node, 12)).toBe(true);
    expect((await queue.fetch(node, 'w3'))?.value).toBe(3);
    expect(await queue.drain(node)).toEqual([4, 5, 6, 7, 8, 9, 10, 11, 12]);
  };

  describe('and back, one connection kept all along', () => {
    let client: Redis;
    let projection: Projection;

    beforeEach(async () => {
      client = await clientOf(master.url);
      projection = redisProjection(client, { prefix: PREFIX });
    });

    /** The master takes what the stale replica has, and is the master again. */
    const failOver = async (workOnReplica: () => Promise<void>): Promise<void> => {
      await onReplica.replicaof('NO', 'ONE');
      await workOnReplica();
      await onMaster.replicaof('127.0.0.1', replica.port);
      await until(async () => (await onMaster.info('replication')).includes('link_status:up'));
      await onMaster.replicaof('NO', 'ONE');
    };

    it('its old data under its old run id is not taken for the queue', async () => {
      const node = nodes.node(projection);
      await fillAndCut(node);
      const [id, before] = [await client.client('ID'), await projection.identity(queue.id)];
      await failOver(async () => undefined);

      const after = await projection.identity(queue.id);
      expect(after.identity.split('.')[0]).toBe(before.identity.split('.')[0]);
      await expectNothingUndone(node);
      expect(await client.client('ID')).toBe(id);
    });

    it('nor what others did on the replica meanwhile', async () => {
      const node = nodes.node(projection);
      await fillAndCut(node);
      const id = await client.client('ID');
      await failOver(async () => {
        const other = nodes.node(await projectionOn(replica.url));
        expect(await queue.ack(other, 'w3')).toBe(true);
        expect((await queue.fetch(other, 'w4'))?.value).toBe(4);
        expect(await queue.add(other, 12)).toBe(true);
      });

      const info = await again(() => node.info(queue.id));
      expect(info).toMatchObject({ fetched: 4, counts: { waiting: 8, leased: 1 } });
      expect(await queue.ack(node, 'w3')).toBe(false);
      expect((await queue.fetch(node, 'w4'))?.value).toBe(4);
      expect(await queue.drain(node)).toEqual([5, 6, 7, 8, 9, 10, 11, 12]);
      expect(await client.client('ID')).toBe(id);
    });
  });

  it('through an address that moves there: what the replica missed is not undone', async () => {
    const node = await newNode();
    await fillAndCut(node);
    await onReplica.replicaof('NO', 'ONE');
    address.moveTo(replica.port);
    await expectNothingUndone(node);
  });

  it('and back through that address: what the old master still holds is not taken for the queue', async () => {
    const [node, idle] = [await newNode(), await newNode()];
    await fillAndCut(node);
    await idle.info(queue.id); // knows the epoch of before the fail-over, and no later one
    await onReplica.replicaof('NO', 'ONE');
    address.moveTo(replica.port);
    expect((await again(() => queue.fetch(node, 'w4')))?.value).toBe(4);
    expect(await queue.ack(node, 'w3')).toBe(true);
    expect(await queue.add(node, 12)).toBe(true);

    address.moveTo(master.port);
    expect((await again(() => queue.fetch(idle, 'w3')))?.value).toBe(5);
    expect(await queue.add(idle, 13)).toBe(true);
    expect((await queue.fetch(idle, 'w4'))?.value).toBe(4);
    const info = await again(() => node.info(queue.id));
    expect(info).toMatchObject({ fetched: 5, counts: { waiting: 8, leased: 2 } });
    expect(await queue.drain(node)).toEqual([6, 7, 8, 9, 10, 11, 12, 13]);
  });

  it('to which the address moves before it is a master: refused, then rebuilt', async () => {
    const node = await newNode();
    await fillAndCut(node);
    address.moveTo(replica.port);
    const look = () => node.info(queue.id);
    await until(() =>
      look().then(
        () => false,
        (error: unknown) =>
          error instanceof ProjectionUnavailable && /READONLY/.test(String(error)),
      ),
    );
    await onReplica.replicaof('NO', 'ONE');
    await expectNothingUndone(node);
  });

  it('that takes writes while it is a replica: it has the replication id of its master, but is another', async () => {
    await onReplica.config('SET', 'replica-read-only', 'no');
    const node = await newNode();
    await fillAndCut(node);
    address.moveTo(replica.port);
    await expectNothingUndone(node);
  });
});
