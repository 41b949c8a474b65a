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

  const started = (
    options: Pick<ServersOptions, 'cassandra' | 'redis' | 'startTimeoutMs'>,
    onWaiting: () => unknown = () => undefined,
  ) =>
    composeServers({
      ...options,
      keys: () => Promise.resolve({ id: 'k1', key: 'a key for tests' }),
      onWaiting: (message) => {
        said.push(message);
        onWaiting();
      },
    });
  /** Neither before its time nor long after it: a connect to the other server and a last try are in it. */
  const expectGivenUp = async (begin: () => Promise<Composition>, type: string): Promise<void> => {
    const beganMs = performance.now();
    await expect(begin()).rejects.toThrow(having({ type, retryable: true }));
    const tookMs = performance.now() - beganMs;
    expect(tookMs).toBeGreaterThanOrEqual(START_TIMEOUT_MS);
    expect(tookMs).toBeLessThan(8 * START_TIMEOUT_MS);
  };

  it('Cassandra: says once what it waits for and what to set, then gives up', async () => {
    const nowhere = { ...cassandra, contactPoints: [NOBODY] };
    const redis = { url: `redis://${NOBODY}` };
    const options = { cassandra: nowhere, redis, startTimeoutMs: START_TIMEOUT_MS };
    await expectGivenUp(() => started(options), 'LogUnavailable');
    expect(said).toEqual([
      expect.stringMatching(/127\.0\.0\.1:1.*set the contact points.*Waiting up to \d s more/),
    ]);
  });

  it('Redis: says once what it waits for and what to set, then gives up', async () => {
    const redis = { url: `redis://${NOBODY}`, connectTimeoutMs: 200 };
    const options = { cassandra, redis, startTimeoutMs: START_TIMEOUT_MS };
    await expectGivenUp(() => started(options), 'RedisUnreachable');
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

    await redis.kill();

    // Started once it is waited for: then all else is there, and the start meets it while it reads.
    let restarted: Promise<void> | undefined;
    const options = { cassandra, redis: { url: redis.url, connectTimeoutMs: 300 } };
    const composed = await started(options, () => (restarted ??= redis.restart()));
    const added = await composed.queue.add(queue, { value: 1 });
    await composed.close();
    await restarted;
    await redis.stop();
    expect(added).toBe(true);
    expect(said.join()).toContain('(LOADING)');
  });
});
