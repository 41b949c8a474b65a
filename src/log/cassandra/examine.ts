import type { Client, Host } from 'cassandra-driver';
import { types } from 'cassandra-driver';
import { QueueError } from '../../domain';
import { checkSchema } from './checkSchema';
import { connect } from './connect';
import type { CassandraOptions } from './options';
import { reasonOf } from './outcome';
import { Session } from './session';

/** What one node tells; null: it did not tell, `unknown` says why. */
export interface CassandraNode {
  readonly address: string;
  readonly datacenter: string;
  readonly version: string;
  readonly isUp: boolean;
  readonly commitlogSync: string | null;
  readonly commitlogSyncPeriod: string | null;
  /** Milliseconds since 1970. */
  readonly nowMs: number | null;
  readonly askedAtMs: number;
  readonly answeredAtMs: number;
  readonly unknown: string | null;
}

/** What is found out about the log, without a change of it. */
export interface CassandraFacts {
  readonly nodes: readonly CassandraNode[];
  /** For which a start refuses the keyspace; null: for nothing. */
  readonly schemaProblem: QueueError | null;
  /** null: there is none. */
  readonly keyspace: {
    readonly replication: Readonly<Record<string, string>>;
    readonly durableWrites: boolean;
  } | null;
}

/** Rejects with LogUnavailable, CassandraMisconfigured or InvalidInput. */
export async function examineCassandra(options: CassandraOptions): Promise<CassandraFacts> {
  const client = await connect(options);
  try {
    const session = new Session(client, options.acrossDataCenters ?? false);
    return {
      nodes: await Promise.all(client.hosts.values().map((host) => nodeOf(client, host))),
      schemaProblem: await problemOf(session, options.keyspace),
      keyspace: await keyspaceOf(session, options.keyspace),
    };
  } finally {
    await client.shutdown();
  }
}

async function problemOf(session: Session, keyspace: string): Promise<QueueError | null> {
  try {
    await checkSchema(session, keyspace);
    return null;
  } catch (error) {
    if (error instanceof QueueError) return error;
    throw error;
  }
}

interface KeyspaceRow {
  readonly replication: ReadonlyMap<string, string>;
  readonly durable_writes: boolean;
}

async function keyspaceOf(session: Session, keyspace: string): Promise<CassandraFacts['keyspace']> {
  const [row] = await session.rows<KeyspaceRow>({
    query:
      'SELECT replication, durable_writes FROM system_schema.keyspaces WHERE keyspace_name = ?',
    params: [keyspace],
  });
  if (row === undefined) return null;
  return { replication: Object.fromEntries(row.replication), durableWrites: row.durable_writes };
}

/** Its settings are in virtual tables, which each node has of its own. */
async function nodeOf(client: Client, host: Host): Promise<CassandraNode> {
  const known = {
    address: host.address,
    datacenter: host.datacenter,
    version: host.getCassandraVersion().join('.'),
    isUp: host.isUp(),
  };
  const ask = async (cql: string) =>
    (await client.execute(cql, [], { host, consistency: types.consistencies.one, prepare: false }))
      .rows;
  const askedAtMs = Date.now();
  try {
    const [clock] = await ask('SELECT toUnixTimestamp(now()) AS now FROM system.local');
    const answeredAtMs = Date.now();
    const names = `'commitlog_sync', 'commitlog_sync_period', 'commitlog_sync_period_in_ms'`;
    const rows = await ask(
      `SELECT name, value FROM system_views.settings WHERE name IN (${names})`,
    );
    const settings = new Map(rows.map((row) => [String(row['name']), String(row['value'])]));
    return {
      ...known,
      commitlogSync: settings.get('commitlog_sync') ?? null,
      // The second is its name before 4.1.
      commitlogSyncPeriod:
        settings.get('commitlog_sync_period') ??
        settings.get('commitlog_sync_period_in_ms') ??
        null,
      nowMs: Number(clock?.['now'] ?? NaN),
      askedAtMs,
      answeredAtMs,
      unknown: null,
    };
  } catch (error) {
    const nothing = { commitlogSync: null, commitlogSyncPeriod: null, nowMs: null };
    const times = { askedAtMs, answeredAtMs: Date.now() };
    return { ...known, ...nothing, ...times, unknown: reasonOf(error) };
  }
}
