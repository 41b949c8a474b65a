import { randomBytes } from 'node:crypto';
import type { Composition } from '../../../src';
import { composeServers, migrateCassandra } from '../../../src';
import { newKeyspace, optionsOf } from '../../support/cassandra/keyspace';
import { containing } from '../../support/matchers';
import { startRedis } from '../../support/redisServer';
import { describeOnServers, SERVER_START_MS, shared } from '../../support/servers';
import { until } from '../../support/until';

describeOnServers('health on servers', () => {
  let composition: Composition | undefined;
  afterEach(() => composition?.close());

  test(
    'tells that Redis has gone, and that it is back',
    async () => {
      const cassandra = optionsOf(await shared('cassandra'), newKeyspace());
      await migrateCassandra(cassandra);
      const redis = await startRedis();
      const key = randomBytes(32);
      const keys = async () => ({ id: 'k1', key });
      composition = await composeServers({ cassandra, redis: { url: redis.url }, keys });
      const { health } = composition;
      expect(await health()).toEqual({ log: { ok: true }, projection: { ok: true } });

      await redis.kill();
      await until(async () => !(await health()).projection.ok);
      expect(await health()).toEqual({
        log: { ok: true },
        projection: { ok: false, reason: containing('Redis') },
      });

      await redis.restart();
      await until(async () => (await health()).projection.ok);
      await redis.stop();
    },
    SERVER_START_MS,
  );
});
