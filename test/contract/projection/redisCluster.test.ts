import { checkServers } from '../../../src/projections/redis/checkServers';
import { clusterClient } from '../../../src/projections/redis/clients';
import { keysOf } from '../../../src/projections/redis/keys';
import { redisProjection } from '../../../src/projections/redis/redisProjection';
import { RedisCluster } from '../../support/redisCluster';
import { describeOnServers } from '../../support/servers';
import { stateOf } from './openQueue';
import { projectionContract } from './projectionContract';

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

  projectionContract('redis cluster', async () => {
    const prefix = 'contract';
    let offsetMs = 0;
    const client = async () => {
      const client = clusterClient(cluster.url, 5000);
      await checkServers(client, 10_000);
      return client;
    };
    const aside = await client();
    return {
      open: async () => redisProjection(await client(), { prefix, offsetMs: () => offsetMs }),
      advance: async (ms) => {
        offsetMs += ms;
      },
      jumpBack: async (ms) => {
        offsetMs -= ms;
      },
      loseState: async (queue) => {
        await aside.del(...keysOf(prefix, queue).all);
      },
      dispose: async () => {
        aside.disconnect();
        for (const { aside } of cluster.masters) await aside.flushall();
      },
    };
  });
});
