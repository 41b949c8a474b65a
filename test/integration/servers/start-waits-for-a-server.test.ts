import type { CassandraOptions, Composition, ServersOptions } from '../../../src/compose';
import { composeServers, migrateCassandra } from '../../../src/compose';
import type { QueueId } from '../../../src/domain';
import { newKeyspace, optionsOf, runCql } from '../../support/cassandra/keyspace';
import { having } from '../../support/matchers';
import { clientOf, queueNamed } from '../../support/redisQueue';
import { startRedis } from '../../support/redisServer';
import type { CassandraAddress } from '../../support/servers';
import { describeOnServers, SERVER_START_MS, shared } from '../../support/servers';

const NOBODY = '127.0.0.1:1';

describeOnServers('a start waits for a server', () => {
  const keyspace = newKeyspace();
  const queue: QueueId = queueNamed('queue');
  let server: CassandraAddress;
  let cassandra: CassandraOptions;
  let said: string[];

  beforeAll(async () => {
    server = await shared('cassandra');
    const options = optionsOf(server, keyspace);
    await migrateCassandra(options);
    cassandra = options;
  }, SERVER_START_MS);
  afterAll(() => runCql(server, `DROP KEYSPACE ${keyspace}`));
  beforeEach(() => {
    said = [];
  });

  const started = (options: Pick<ServersOptions, 'cassandra' | 'redis' | 'startTimeoutMs'>) =>
    composeServers({
      ...options,
      keys: () => Promise.resolve({ id: 'k1', key: 'a key for tests' }),
      onWaiting: (message) => said.push(message),
    });
  const ended = async (start: Promise<Composition>): Promise<number> => {
    const beganMs = performance.now();
    await start.catch(() => undefined);
    return performance.now() - beganMs;
  };

  it('Cassandra: says once what it waits for and what to set, then gives up', async () => {
    const nowhere = { ...cassandra, contactPoints: [NOBODY] };
    const redis = { url: `redis://${NOBODY}` };
    const start = started({ cassandra: nowhere, redis, startTimeoutMs: 1_200 });
    expect(await ended(start)).toBeGreaterThanOrEqual(1_200);
    await expect(start).rejects.toThrow(having({ type: 'LogUnavailable', retryable: true }));
    expect(said).toEqual([
      expect.stringMatching(/127\.0\.0\.1:1.*set the contact points.*Waiting up to \d s more/),
    ]);
  });

  it('Redis: says once what it waits for and what to set, then gives up', async () => {
    const redis = { url: `redis://${NOBODY}`, connectTimeoutMs: 200 };
    const start = started({ cassandra, redis, startTimeoutMs: 1_200 });
    expect(await ended(start)).toBeGreaterThanOrEqual(1_200);
    await expect(start).rejects.toThrow(having({ type: 'RedisUnreachable', retryable: true }));
    expect(said).toEqual([
      expect.stringMatching(/127\.0\.0\.1:1.*set REDIS_URL.*Waiting up to \d s more/),
    ]);
  });

  it('Redis that is reading its data: until it has read it', async () => {
    const slowly = ['--key-load-delay', '10000', '--loading-process-events-interval-bytes', '1024'];
    const redis = await startRedis(slowly);
    const aside = await clientOf(redis.url);
    await aside.mset(
      Array.from({ length: 200 }, (_, i) => [`key ${String(i)}`, 'x'.repeat(100)]).flat(),
    );
    await aside.save();
    aside.disconnect();

    const restarted = redis.restart();
    const composed = await started({ cassandra, redis: { url: redis.url, connectTimeoutMs: 300 } });
    expect(said.join()).toContain('(LOADING)');
    expect(await composed.queue.add(queue, { value: 1 })).toBe(true);
    await composed.close();
    await restarted;
    await redis.stop();
  });
});
