import { errors } from 'cassandra-driver';
import { InvalidInput } from '../../domain';
import { keyspaceExists, schemaVersion } from './checkSchema';
import { connect } from './connect';
import { SchemaTooNew } from './errors';
import type { CassandraOptions } from './options';
import { unavailable } from './outcome';
import { migrations, SCHEMA_NAME, SCHEMA_VERSION, tablesIn } from './schema';
import { Session } from './session';

export interface MigrateOptions extends CassandraOptions {
  /** Copies per datacenter. Needed for a keyspace that is not there yet; one that is keeps its own. */
  readonly replication?: Readonly<Record<string, number>>;
  /** Changes nothing, and answers what it would run. */
  readonly dryRun?: boolean;
}

export interface Migrated {
  /** The versions of the schema before and after. */
  readonly from: number;
  readonly to: number;
  /** Of a dry run: the CQL that would be run. */
  readonly statements?: readonly string[];
}

/**
 * Creates the keyspace and brings its schema to the version of this release. Can be repeated, also after
 * it was interrupted. Run one at a time: Cassandra does not agree well on two changes at once.
 */
export async function migrateCassandra(options: MigrateOptions): Promise<Migrated> {
  const { keyspace, dryRun = false } = options;
  const client = await connect(options);
  const session = new Session(client, options.acrossDataCenters ?? false);
  const statements: string[] = [];
  const run = async (cql: string, runs: () => Promise<void>): Promise<void> => {
    if (dryRun) statements.push(cql);
    else await runs();
  };
  try {
    if (!(await keyspaceExists(session, keyspace))) {
      const replication = replicationOf(options.replication);
      const cql = `CREATE KEYSPACE IF NOT EXISTS ${keyspace} WITH ${replication}`;
      await run(cql, () => define(session, cql));
    }
    const from = await versionOrNone(session, keyspace);
    if (from > SCHEMA_VERSION) throw new SchemaTooNew(keyspace, from, SCHEMA_VERSION);
    const tables = tablesIn(keyspace);
    for (const migration of migrations.slice(from)) {
      for (const { cql, preferred } of migration(tables)) {
        await run(cql, async () => {
          if (preferred !== undefined && (await accepts(session, preferred))) return;
          await define(session, cql);
        });
      }
    }
    if (from < SCHEMA_VERSION) {
      const values = `'${SCHEMA_NAME}', ${String(SCHEMA_VERSION)}`;
      const query = `INSERT INTO ${tables.schema} (name, version) VALUES (${values})`;
      await run(query, async () => {
        const failure = await session.write([{ query, params: [] }]);
        if (failure) throw unavailable(failure.error);
      });
    }
    return { from, to: SCHEMA_VERSION, ...(dryRun ? { statements } : {}) };
  } finally {
    await client.shutdown();
  }
}

async function versionOrNone(session: Session, keyspace: string): Promise<number> {
  const [table] = await session.rows({
    query: `SELECT table_name FROM system_schema.tables
            WHERE keyspace_name = ? AND table_name = 'queue_schema'`,
    params: [keyspace],
  });
  return table === undefined ? 0 : schemaVersion(session, keyspace);
}

/** False: this server does not know something in it. */
async function accepts(session: Session, cql: string): Promise<boolean> {
  try {
    await session.client.execute(cql, [], { prepare: false });
    return true;
  } catch (error) {
    if (error instanceof errors.ResponseError) return false;
    throw unavailable(error);
  }
}

async function define(session: Session, cql: string): Promise<void> {
  try {
    await session.client.execute(cql, [], { prepare: false });
  } catch (error) {
    throw unavailable(error);
  }
}

function replicationOf(copies: Readonly<Record<string, number>> = {}): string {
  const entries = Object.entries(copies);
  if (entries.length === 0) {
    throw new InvalidInput(
      'The keyspace is not there yet. Set CASSANDRA_REPLICATION to the copies that each datacenter ' +
        'keeps of it, for example datacenter1:3.',
      { path: 'replication', expected: '{ datacenter: copies }' },
    );
  }
  for (const [dataCenter, count] of entries) {
    if (/^[\w .:-]+$/.test(dataCenter) && Number.isInteger(count) && count > 0) continue;
    throw new InvalidInput('The replication has to be a number of copies for each datacenter.', {
      path: 'replication',
      expected: '{ datacenter: copies }',
      given: copies,
    });
  }
  const each = entries.map(([dataCenter, count]) => `, '${dataCenter}': ${String(count)}`);
  return `replication = { 'class': 'NetworkTopologyStrategy'${each.join('')} }`;
}
