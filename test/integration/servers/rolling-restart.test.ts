import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Errors } from 'moleculer';
import { ServiceBroker } from 'moleculer';
import { migrateCassandra } from '../../../src';
import { RedisTransporter } from '../../../src/cli/redisTransporter';
import { newKeyspace, optionsOf } from '../../support/cassandra/keyspace';
import type { CliProcess } from '../../support/cliProcess';
import { CliProcesses } from '../../support/cliProcess';
import type { QueueClient } from '../../support/load';
import { Load } from '../../support/load';
import type { RedisServer } from '../../support/redisServer';
import { startRedis } from '../../support/redisServer';
import { describeOnServers, SERVER_START_MS, shared } from '../../support/servers';

/** Two `serve` processes are restarted in turn while clients go on, as an upgrade does it. */
describeOnServers('a rolling restart under load', () => {
  const processes = new CliProcesses();
  const failures: unknown[] = [];
  let folder: string;
  let redis: RedisServer;
  let client: ServiceBroker;
  let env: Record<string, string>;

  beforeAll(async () => {
    const keyspace = newKeyspace();
    const cassandra = optionsOf(await shared('cassandra'), keyspace);
    await migrateCassandra(cassandra);
    redis = await startRedis();
    folder = mkdtempSync(join(tmpdir(), 'rolling-'));
    const keys = [{ id: 'k1', key: randomBytes(32).toString('base64') }];
    writeFileSync(join(folder, 'keys.json'), JSON.stringify(keys));
    env = {
      CASSANDRA_CONTACT_POINTS: cassandra.contactPoints.join(),
      CASSANDRA_LOCAL_DATA_CENTER: cassandra.localDataCenter,
      CASSANDRA_KEYSPACE: keyspace,
      REDIS_URL: redis.url,
      MOLECULER_TRANSPORTER: redis.url,
      KEYS_MASTER_FILE: join(folder, 'keys.json'),
    };
    client = new ServiceBroker({
      logger: false,
      nodeID: 'client',
      transporter: new RedisTransporter(redis.url),
      requestTimeout: 10_000,
    });
    await client.start();
  }, SERVER_START_MS);

  afterAll(async () => {
    await processes.stop();
    await client.stop();
    await redis.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const serve = async (nodeId: string): Promise<CliProcess> => {
    const node = processes.run(['serve', '--json', '--moleculer-node-id', nodeId], env);
    await node.written(/\n/);
    return node;
  };

  /** Repeats what surely did nothing; every other error is a failed call. */
  const call = async <T>(action: string, params: object): Promise<T> => {
    for (;;) {
      try {
        const all = { serviceId: 's', ...params };
        return await client.call(`worker.queue.${action}`, all, { meta: { ownerId: 'o' } });
      } catch (error) {
        const { retryable, name, type } = error as Errors.MoleculerError;
        const mayHaveHappened = name === 'RequestTimeoutError' || type === 'OutcomeUnknown';
        if (!retryable || mayHaveHappened) {
          failures.push(error);
          throw error;
        }
        await wait(20);
      }
    }
  };
  const queue: QueueClient = {
    add: (value) => call('add', { value }),
    fetch: (workerId) => call('fetch', { workerId, details: true }),
    ack: (workerId, leaseId) => call('ack', { workerId, leaseId }),
  };

  it('no call fails, nothing is lost, nothing acked comes back, each process ends with 0', async () => {
    const nodes = { a: await serve('a'), b: await serve('b') };
    await client.waitForServices('worker.queue');
    const load = new Load();
    load.start([queue, queue, queue], { w1: queue, w2: queue, w3: queue, w4: queue });
    for (const nodeId of ['a', 'b', 'a'] as const) {
      await load.confirmed(100, 100);
      nodes[nodeId].child.kill('SIGTERM');
      expect(await nodes[nodeId].end()).toBe(0);
      expect(nodes[nodeId].err()).toBe('');
      nodes[nodeId] = await serve(nodeId);
    }
    await load.confirmed(100, 100);
    await load.stop();
    await load.drain(queue);
    expect(failures).toEqual([]);
  }, 120_000);
});
