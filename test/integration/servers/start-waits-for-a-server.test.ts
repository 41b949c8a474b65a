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
const START_TIMEOUT_MS = 1_200;

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
  /** Neither before its time nor, but for the last try, after it. */
  const expectGivenUp = async (start: Promise<Composition>): Promise<void> => {
    const beganMs = performance.now();
    await start.catch(() => undefined);
    const tookMs = performance.now() - beganMs;
    expect(tookMs).toBeGreaterThanOrEqual(START_TIMEOUT_MS);
    expect(tookMs).toBeLessThan(3 * START_TIMEOUT_MS);
  };

  it('Cassandra: says once what it waits for and what to set, then gives up', async () => {
    const nowhere = { ...cassandra, contactPoints: [NOBODY] };
    const redis = { url: `redis://${NOBODY}` };
    const start = started({ cassandra: nowhere, redis, startTimeoutMs: START_TIMEOUT_MS });
    await expectGivenUp(start);
    await expect(start).rejects.toThrow(having({ type: 'LogUnavailable', retryable: true }));
    expect(said).toEqual([
      expect.stringMatching(/127\.0\.0\.1:1.*set the contact points.*Waiting up to \d s more/),
    ]);
  });

  it('Redis: says once what it waits for and what to set, then gives up', async () => {
    const redis = { url: `redis://${NOBODY}`, connectTimeoutMs: 200 };
    const start = started({ cassandra, redis, startTimeoutMs: START_TIMEOUT_MS });
    await expectGivenUp(start);
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
    const added = await composed.queue.add(queue, { value: 1 });
    await composed.close();
    await restarted;
    await redis.stop();
    expect(added).toBe(true);
    expect(said.join()).toContain('(LOADING)');
  });
});
