import { checkServers } from '../../../src/projections/redis/checkServers';
import { targetOf } from '../../../src/projections/redis/address';
import { clusterClient } from '../../../src/projections/redis/clients';
import { RedisCluster } from '../../support/redisCluster';
import { describeOnServers } from '../../support/servers';
import { stateOf } from './openQueue';
import { projectionContract } from './projectionContract';
import { redisUnderTest } from './redisUnderTest';

describeOnServers('on a real cluster of three masters', () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await RedisCluster.start();
  });
  afterAll(() => cluster.stop());

  it('has queues on each of them', async () => {
    const projection = await cluster.projection();
    for (let i = 0; i < 3; i++) {
      const queue = cluster.queueOn(i);
      const { identity } = await projection.identity(queue);
      expect(await projection.restore(queue, identity, stateOf())).toBe('opened');
      const { aside } = cluster.master(i);
      expect(identity).toContain(/run_id:(\w+)/.exec(await aside.info('server'))?.[1]);
      expect(await aside.dbsize()).toBe(2); // meta and the known segments
    }
    await projection.close();
  });

  const client = async () => {
    const client = clusterClient(targetOf({ url: cluster.url }, true), 5000);
    await checkServers(client, 10_000);
    return client;
  };
  projectionContract('redis cluster', () =>
    redisUnderTest('contract', client, async () => {
      for (const { aside } of cluster.masters) await aside.flushall();
    }),
  );
});
