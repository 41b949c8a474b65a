import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import type { Servers } from '../../../src';
import { migrateCassandra } from '../../../src';
import type { Limits } from '../../../src/compose/compose';
import { newKeyspace, optionsOf } from '../../support/cassandra/keyspace';
import { ownCassandraRing } from '../../support/cassandra/ring';
import type { OwnCassandraServer } from '../../support/cassandra/server';
import { ownCassandraServer } from '../../support/cassandra/server';
import type { RedisServer } from '../../support/redisServer';
import { startRedis } from '../../support/redisServer';
import type { FaultProxy } from '../proxy/faultProxy';
import { startFaultProxy } from '../proxy/faultProxy';
import { cqlLink } from '../proxy/cql';
import { respLink } from '../proxy/resp';
import type { Dies } from './failPoints';
import type { NodeOptions } from './node.process';
import type { OwnProcess } from './process';
import { startProcess } from './process';

/** Servers of a run, which can be killed; they outlive it, since they are dear to start. */
export interface OwnServers {
  readonly redis: RedisServer;
  readonly cassandras: readonly OwnCassandraServer[];
  stop(): Promise<void>;
}

export async function startServers({ ring = false } = {}): Promise<OwnServers> {
  const redis = await startRedis();
  try {
    if (ring) {
      const { nodes, stop } = await ownCassandraRing();
      return { redis, cassandras: nodes, stop: () => stopAll(stop, () => redis.stop()) };
    }
    const cassandra = await ownCassandraServer({ commitLog: 'batch', heap: '1G' });
    return {
      redis,
      cassandras: [cassandra],
      stop: () =>
        stopAll(
          () => cassandra.stop(),
          () => redis.stop(),
        ),
    };
  } catch (error) {
    await redis.stop();
    throw error;
  }
}

const stopAll = async (...stops: (() => Promise<void>)[]): Promise<void> => {
  for (const stop of stops) await stop();
};

/** One of the nodes of a run. */
export class ServiceNode {
  private process: OwnProcess | null = null;

  constructor(private readonly options: NodeOptions) {}

  get socket(): string {
    return this.options.socket;
  }

  get pid(): number | undefined {
    return this.process?.child.pid;
  }

  async start(): Promise<void> {
    this.process = startProcess('node', this.options);
    await this.process.line();
  }

  dieAt(dies: Dies): void {
    this.process?.tell(dies);
  }

  signal(name: NodeJS.Signals): void {
    this.process?.child.kill(name);
  }

  /** Resolves when it has ended by itself. */
  async ended(): Promise<void> {
    await this.process?.ended;
  }

  async kill(): Promise<void> {
    await this.process?.kill();
  }
}

/** Where a run takes place: its nodes, its servers, and the proxies in front of them. */
export interface Stage {
  readonly folder: string;
  readonly nodes: readonly ServiceNode[];
  readonly redis: RedisServer;
  /** A connection to Redis that goes past the proxy. */
  readonly aside: Redis;
  readonly cassandras: readonly OwnCassandraServer[];
  /** null: nodes talk to the servers directly. */
  readonly proxies: { readonly redis: FaultProxy; readonly cassandra: FaultProxy } | null;
  /** As a node has them, but past the proxies. */
  readonly servers: Servers;
  /** One more, for the drain. */
  readonly freshNode: ServiceNode;
  stop(): Promise<void>;
}

const NODES = 3;
const REQUEST_TIMEOUT_MS = 3_000;
const COMMAND_TIMEOUT_MS = 2_000;
/** Short, so that what a crash leaves behind is met within a run. */
const CRASH_LIMITS = { appendBudgetMs: 6_000, portTimeoutMs: 10_000, segmentSize: 1024 };

export interface StageOptions {
  readonly proxied?: boolean;
  readonly requestTimeoutMs?: number;
  readonly limits?: Partial<Limits>;
}

export async function setStage(
  own: OwnServers,
  {
    proxied = false,
    requestTimeoutMs = REQUEST_TIMEOUT_MS,
    limits = CRASH_LIMITS,
  }: StageOptions = {},
): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'flow-crash-'));
  const { redis, cassandras } = own;
  const contactPoints = cassandras.flatMap((server) => server.contactPoints);
  const address = { contactPoints, localDataCenter: 'datacenter1' };
  const keyspace = newKeyspace();
  const options = optionsOf(address, keyspace, cassandras.length);
  await migrateCassandra(options);
  const { replication: _, ...cassandra } = { ...options, requestTimeoutMs };
  const servers: Servers = {
    cassandra,
    redis: { url: redis.url, commandTimeoutMs: COMMAND_TIMEOUT_MS },
  };
  const [host = '', port] = (contactPoints[0] ?? '').split(':');
  const proxies = proxied
    ? {
        redis: await startFaultProxy({ host: '127.0.0.1', port: redis.port }, respLink),
        cassandra: await startFaultProxy({ host, port: Number(port) }, cqlLink),
      }
    : null;
  const seenByNodes: Servers = proxies
    ? {
        cassandra: { ...cassandra, contactPoints: [`127.0.0.1:${String(proxies.cassandra.port)}`] },
        redis: { ...servers.redis, url: `redis://127.0.0.1:${String(proxies.redis.port)}` },
      }
    : servers;
  const key = randomBytes(32).toString('base64');
  const nodeAt = (name: string, uses: Servers): ServiceNode =>
    new ServiceNode({ socket: join(folder, `${name}.sock`), servers: uses, key, limits });
  const nodes = Array.from({ length: NODES }, (_, n) => nodeAt(`node-${String(n)}`, seenByNodes));
  const freshNode = nodeAt('fresh', servers);
  const aside = new Redis(redis.url, { retryStrategy: () => 50, maxRetriesPerRequest: null });
  aside.on('error', () => undefined); // it is killed again and again
  await aside.flushall();
  return {
    ...{ folder, nodes, redis, aside, cassandras, proxies, servers, freshNode },
    async stop() {
      await Promise.all([...nodes, freshNode].map((node) => node.kill()));
      aside.disconnect();
      await proxies?.redis.stop();
      await proxies?.cassandra.stop();
    },
  };
}
