import { ServiceBroker } from 'moleculer';
import type { MigrateOptions, Servers as QueueServers } from '../../src';
import { migrateCassandra, QueueService } from '../../src';
import { newKeyspace, optionsOf, runCql } from '../../test/support/cassandra/keyspace';
import { ownCassandraServer } from '../../test/support/cassandra/server';
import type { CassandraAddress } from '../../test/support/servers/addresses';
import { startRedis } from '../../test/support/redisServer';
import { CalledQueue } from '../calledQueue';
import type { Latencies } from '../measure';

/** The key that the key service of the bench gives. */
export const OEK = { id: 'k1', key: 'k'.repeat(32) };

export type CommitLog = 'batch' | 'periodic';

/** The queue service in this process, on a Cassandra and a Redis of its own. */
export interface ServersQueue {
  readonly configuration: string;
  readonly servers: QueueServers & { readonly cassandra: MigrateOptions };
  readonly pids: { readonly cassandra: number; readonly redis: number };
  /** One that is there, with a single task. */
  newQueue(latencies?: Latencies): Promise<CalledQueue>;
  named(serviceId: string, latencies?: Latencies): CalledQueue;
  /** Its jobs look after all queues, also after one that is being written beside it. */
  whileStopped(work: () => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

/** A busy machine takes its time to make tables. */
const MIGRATE_TIMEOUT_MS = 60_000;

export async function startServersQueue(commitLog: CommitLog = 'periodic'): Promise<ServersQueue> {
  const cassandra = await ownCassandraServer({ heap: '1G', commitLog });
  const redis = await startRedis();
  const options = optionsOf(cassandra, newKeyspace());
  const servers = { cassandra: options, redis: { url: redis.url } };
  const broker = queueBroker(servers);
  const stop = async (): Promise<void> => {
    await broker.stop();
    await redis.stop();
    await cassandra.stop();
  };
  let queues = 0;
  const named = (serviceId: string, latencies?: Latencies): CalledQueue =>
    new CalledQueue(broker, serviceId, latencies);
  try {
    await migrateCassandra({ ...options, requestTimeoutMs: MIGRATE_TIMEOUT_MS });
    await broker.start();
    return {
      configuration:
        `Cassandra 5.0.6, one node, commitlog_sync ${await commitLogOf(cassandra)}, skiplist ` +
        'memtable, heap 1G; Redis, nothing on disk; broker.call in process, encryption on',
      servers,
      pids: { cassandra: cassandra.pid, redis: redis.pid },
      named,
      async newQueue(latencies) {
        const serviceId = `queue-${String(++queues)}`;
        await named(serviceId).add();
        return named(serviceId, latencies);
      },
      async whileStopped(work) {
        await broker.stop();
        await work();
        await broker.start();
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function commitLogOf(cassandra: CassandraAddress): Promise<string> {
  const cql = "SELECT value FROM system_views.settings WHERE name = 'commitlog_sync'";
  const [row] = await runCql(cassandra, cql);
  return String(row?.['value']);
}

/** A broker that has the queue service and the key service it needs. */
export function queueBroker(servers: QueueServers): ServiceBroker {
  const broker = new ServiceBroker({ logger: false });
  broker.createService({ name: 'keys', actions: { getOek: () => OEK } });
  broker.createService(QueueService({ servers }));
  return broker;
}
