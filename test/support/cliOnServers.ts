import type { Composition } from '../../src/compose';
import { composeServers, migrateCassandra } from '../../src/compose';
import { newKeyspace, optionsOf, runCql } from './cassandra/keyspace';
import type { CliProcess } from './cliProcess';
import { CliProcesses } from './cliProcess';
import type { RedisServer } from './redisServer';
import { startRedis } from './redisServer';
import type { CassandraAddress } from './servers';
import { shared } from './servers';

const PREFIX = 'flow';

/** Commands in processes of their own, on a keyspace and a Redis of their own. */
export class CliOnServers {
  readonly keyspace = newKeyspace();
  readonly processes = new CliProcesses();
  readonly prefix = PREFIX;
  server!: CassandraAddress;
  redis!: RedisServer;
  /** How a command finds the two; more may be set. */
  env: Record<string, string> = {};

  async start(): Promise<void> {
    this.server = await shared('cassandra');
    this.redis = await startRedis();
    this.env = {
      CASSANDRA_CONTACT_POINTS: this.server.contactPoints.join(),
      CASSANDRA_LOCAL_DATA_CENTER: this.server.localDataCenter,
      CASSANDRA_KEYSPACE: this.keyspace,
      REDIS_URL: this.redis.url,
      REDIS_PREFIX: PREFIX,
    };
  }

  /** A node at work beside the commands; the keyspace is prepared for it. */
  async node(
    options: Omit<Parameters<typeof composeServers>[0], 'cassandra' | 'redis'>,
  ): Promise<Composition> {
    const cassandra = optionsOf(this.server, this.keyspace);
    await migrateCassandra(cassandra);
    const redis = { url: this.redis.url, prefix: PREFIX };
    return composeServers({ cassandra, redis, ...options });
  }

  /** A line is cut at its blanks. */
  run(line: string | readonly string[], more: Record<string, string> = {}): CliProcess {
    return this.processes.run(argsOf(line), { ...this.env, ...more });
  }

  ended(line: string | readonly string[], more: Record<string, string> = {}) {
    return this.processes.ended(argsOf(line), { ...this.env, ...more });
  }

  cql(statement: string) {
    return runCql(this.server, statement);
  }

  async stop(): Promise<void> {
    await this.redis.stop();
    await this.cql(`DROP KEYSPACE IF EXISTS ${this.keyspace}`);
  }
}

const argsOf = (line: string | readonly string[]): readonly string[] =>
  typeof line === 'string' ? line.split(' ') : line;
