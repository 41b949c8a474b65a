import type { KeySource } from '../crypto';
import { InvalidInput } from '../domain';
import type { CassandraOptions } from '../log/cassandra';
import { openCassandraLog } from '../log/cassandra';
import type { RedisOptions } from '../projections/redis';
import { openRedisProjection } from '../projections/redis';
import type { ComposeOptions, Composition } from './compose';
import { askedFor, compose, LIMITS } from './compose';
import { keepingOf } from './keeping';
import type { LogParts } from './logParts';
import { composeLogParts } from './logParts';
import type { Waiting } from './untilThere';
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
export type ServersLogOptions = Omit<Servers, 'redis'> &
  Pick<ComposeOptions, 'keys' | 'keysTimeoutMs' | 'onWaiting'>;

const START_TIMEOUT_MS = 60_000;
/** After so long a start says what it waits for, and tries anew. */
const CONNECT_TIMEOUT_MS = 2_000;

/**
 * Rejects with LogUnavailable or RedisUnreachable where a server does not answer in time, at once with
 * KeyspaceMissing, SchemaMissing, SchemaTooOld, SchemaTooNew, CassandraMisconfigured or RedisUnsuitable;
 * each names the setting and the next step.
 */
export async function composeServers(options: ServersOptions): Promise<Composition> {
  const { cassandra, redis, limits } = options;
  const keys = sharedKeys(options);
  const keeping = keepingOf(options); // before anything is opened: a key can be wrong
  const waiting = waitingOf(options);
  const appendBudgetMs = limits?.appendBudgetMs ?? LIMITS.appendBudgetMs;
  const log = await untilThere(() => openCassandraLog({ appendBudgetMs, ...cassandra }), waiting);
  try {
    const projection = await untilThere(
      () => openRedisProjection({ connectTimeoutMs: CONNECT_TIMEOUT_MS, ...redis }),
      waiting,
    );
    return compose(log, projection, keys, limits, keeping);
  } catch (error) {
    await log.close();
    throw error;
  }
}

/** The log on Cassandra alone: it can be asked while Redis is down. Rejects as the other, of Cassandra. */
export async function composeServersLog(options: ServersLogOptions): Promise<LogParts> {
  const keys = sharedKeys(options);
  const open = () => openCassandraLog(options.cassandra);
  return composeLogParts(await untilThere(open, waitingOf(options)), keys);
}

function sharedKeys(options: Pick<ComposeOptions, 'keys' | 'keysTimeoutMs'>): KeySource {
  const { keys } = options;
  if (keys !== 'keyring') return askedFor(keys, options);
  throw new InvalidInput(
    'A keyring file belongs to one process: nodes that share a log need keys from a service.',
    { path: 'keys', expected: 'a key service', given: keys },
  );
}

const waitingOf = ({
  startTimeoutMs = START_TIMEOUT_MS,
  onWaiting,
}: Pick<ServersOptions, 'startTimeoutMs' | 'onWaiting'>): Waiting => ({
  timeoutMs: startTimeoutMs,
  onWaiting,
});
