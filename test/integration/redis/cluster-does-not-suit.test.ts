import type { RedisOptions } from '../../../src/projections/redis/openRedisProjection';
import {
  openRedisProjection,
  RedisUnreachable,
  RedisUnsuitable,
} from '../../../src/projections/redis';
import { RedisCluster } from '../../support/redisCluster';
import { startRedis } from '../../support/redisServer';
import { describeOnServers } from '../../support/servers';
import { freePort } from '../../support/freePort';
import { until } from '../../support/until';

const expectRefused = async (options: RedisOptions, message: RegExp): Promise<void> => {
  const opened = openRedisProjection({ connectTimeoutMs: 120_000, ...options });
  await expect(opened).rejects.toThrow(RedisUnsuitable);
  await expect(opened).rejects.toThrow(message);
};

describeOnServers('a Redis Cluster that cannot be used', () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await RedisCluster.start();
  });
  afterAll(() => cluster.stop());

  const first = () => cluster.master(0).server.url;

  it('is found by one address of it, and by one that answers among several', async () => {
    for (const url of [first(), `redis://127.0.0.1:1,${first()}`]) {
      const projection = await openRedisProjection({ url, cluster: true });
      const queues = [0, 1, 2].map((number) => cluster.queueOn(number));
      const identities = await Promise.all(queues.map((queue) => projection.identity(queue)));
      expect(new Set(identities.map(({ identity }) => identity)).size).toBe(3);
      await projection.close();
    }
  });

  it.each([0, 1, 2])(
    'is refused where master %i may evict keys, and that one is named',
    async (i) => {
      const { aside, server } = cluster.master(i);
      await aside.config('SET', 'maxmemory-policy', 'allkeys-lru');
      const named = new RegExp(
        `maxmemory-policy of 127.0.0.1:${String(server.port)} is allkeys-lru`,
      );
      await expectRefused({ url: first(), cluster: true }, named);
      await aside.config('SET', 'maxmemory-policy', 'noeviction');
    },
  );

  it('is refused at once where it wants another password', async () => {
    for (const { aside } of cluster.masters) await aside.config('SET', 'requirepass', 'secret');
    await expectRefused({ url: first(), cluster: true }, /password in REDIS_URL is refused/);
    const url = first().replace('//', '//:secret@');
    const projection = await openRedisProjection({ url, cluster: true });
    await projection.close(); // the password of the address is that of the nodes it leads to
    for (const { aside } of cluster.masters) await aside.config('SET', 'requirepass', '');
  });

  it('is refused where the user may not ask for its nodes', async () => {
    const rules = ['on', '>secret', '~*', '+@all', '-cluster'];
    await cluster.master(0).aside.call('ACL', 'SETUSER', 'narrow', ...rules);
    const url = first().replace('//', '//narrow:secret@');
    await expectRefused({ url, cluster: true }, /ACL of its user is too narrow.*\+cluster/);
  });

  it('takes a user who may do what the message lists', async () => {
    const rules =
      '+info +eval +evalsha +time +get +set +@hash +@sortedset +@keyspace +cluster +asking';
    for (const { aside } of cluster.masters) {
      await aside.call('ACL', 'SETUSER', 'enough', 'on', '>secret', '~*', ...rules.split(' '));
    }
    const url = first().replace('//', '//enough:secret@');
    const projection = await openRedisProjection({ url, cluster: true });
    expect(await projection.snapshot(cluster.queueOn(1))).toBeNull();
    await projection.close();
  });

  it('is refused without the cluster option, and one server with it', async () => {
    await expectRefused({ url: first() }, /mode of \S+ is cluster.*Set the cluster option/);
    const server = await startRedis();
    await expectRefused({ url: server.url, cluster: true }, /cluster option is set for a server/);
    await server.stop();
  });

  it('is refused while nobody has slots', async () => {
    const busPort = String(await freePort());
    const server = await startRedis(['--cluster-enabled', 'yes', '--cluster-port', busPort]);
    await expectRefused(
      { url: server.url, cluster: true },
      /cluster is without slots.*--cluster create/,
    );
    await server.stop();
  });

  it('is waited for where a master does not answer, then that one is named', async () => {
    const { server } = cluster.master(2);
    await server.kill();
    const opened = openRedisProjection({ url: first(), cluster: true, connectTimeoutMs: 300 });
    await expect(opened).rejects.toThrow(RedisUnreachable);
    await expect(opened).rejects.toThrow(
      new RegExp(`127.0.0.1:${String(server.port)} did not answer`),
    );
    await server.restart();
    await until(() => cluster.isWhole());
  });
});
