import { InvalidInput } from '../domain';
import type { CassandraOptions } from '../log/cassandra';
import { openCassandraLog } from '../log/cassandra';
import type { RedisOptions } from '../projections/redis';
import { openRedisProjection } from '../projections/redis';
import type { ComposeOptions, Composition } from './compose';
import { askedFor, compose, LIMITS } from './compose';
import { keepingOf } from './keeping';
import { untilThere } from './untilThere';

/** The log on Cassandra, the projection on Redis: any number of nodes share them. */
export interface Servers {
  /** migrateCassandra has prepared the keyspace. */
  readonly cassandra: CassandraOptions;
  readonly redis: RedisOptions;
  /** How long a start waits for a server that does not answer. Milliseconds, default 60,000. */
  readonly startTimeoutMs?: number;
}

export type ServersOptions = ComposeOptions & Servers;

const START_TIMEOUT_MS = 60_000;
/** After so long a start says what it waits for, and tries anew. */
const CONNECT_TIMEOUT_MS = 2_000;

/**
 * Rejects with LogUnavailable or RedisUnreachable where a server does not answer in time, at once with
 * KeyspaceMissing, SchemaMissing, SchemaTooOld, SchemaTooNew, CassandraMisconfigured or RedisUnsuitable;
 * each names the setting and the next step.
 */
export async function composeServers(options: ServersOptions): Promise<Composition> {
  const { cassandra, redis, keys, limits, startTimeoutMs = START_TIMEOUT_MS } = options;
  if (keys === 'keyring') {
    throw new InvalidInput(
      'A keyring file belongs to one process: nodes that share a log need keys from a service.',
      { path: 'keys', expected: 'a key service', given: keys },
    );
  }
  const keeping = keepingOf(options); // before anything is opened: a key can be wrong
  const waiting = { timeoutMs: startTimeoutMs, onWaiting: options.onWaiting };
  const appendBudgetMs = limits?.appendBudgetMs ?? LIMITS.appendBudgetMs;
  const log = await untilThere(() => openCassandraLog({ appendBudgetMs, ...cassandra }), waiting);
  try {
    const projection = await untilThere(
      () => openRedisProjection({ connectTimeoutMs: CONNECT_TIMEOUT_MS, ...redis }),
      waiting,
    );
    return compose(log, projection, askedFor(keys, options), limits, keeping);
  } catch (error) {
    await log.close();
    throw error;
  }
}
