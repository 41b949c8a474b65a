import { KeyspaceMissing, SchemaMissing, SchemaTooNew, SchemaTooOld } from './errors';
import { COLUMNS, SCHEMA_NAME, SCHEMA_VERSION, tablesIn } from './schema';
import type { Session } from './session';

/** Throws KeyspaceMissing, SchemaMissing, SchemaTooOld or SchemaTooNew, each naming what to do. */
export async function checkSchema(session: Session, keyspace: string): Promise<void> {
  if (!(await keyspaceExists(session, keyspace))) throw new KeyspaceMissing(keyspace);
  const missing = await missingIn(session, keyspace);
  // An older schema lacks what a newer one has, so its version is the better reason.
  const version = missing.includes('queue_schema') ? 0 : await schemaVersion(session, keyspace);
  if (version > SCHEMA_VERSION) throw new SchemaTooNew(keyspace, version, SCHEMA_VERSION);
  if (version > 0 && version < SCHEMA_VERSION) {
    throw new SchemaTooOld(keyspace, version, SCHEMA_VERSION);
  }
  if (missing.length > 0) throw new SchemaMissing(keyspace, missing);
  if (version === 0) throw new SchemaTooOld(keyspace, version, SCHEMA_VERSION);
}

export async function keyspaceExists(session: Session, keyspace: string): Promise<boolean> {
  const query = 'SELECT keyspace_name FROM system_schema.keyspaces WHERE keyspace_name = ?';
  return (await session.rows({ query, params: [keyspace] })).length > 0;
}

/** Tables, and columns of tables that are there. */
async function missingIn(session: Session, keyspace: string): Promise<string[]> {
  const columns = await session.rows<{ table_name: string; column_name: string }>({
    query: 'SELECT table_name, column_name FROM system_schema.columns WHERE keyspace_name = ?',
    params: [keyspace],
  });
  const tables = new Set(columns.map(({ table_name }) => table_name));
  const found = new Set(columns.map((row) => `${row.table_name}.${row.column_name}`));
  return Object.entries(COLUMNS).flatMap(([table, wanted]) =>
    tables.has(table)
      ? wanted.map((column) => `${table}.${column}`).filter((name) => !found.has(name))
      : [table],
  );
}

/** 0: none was ever completed. */
export async function schemaVersion(session: Session, keyspace: string): Promise<number> {
  const [row] = await session.rows<{ version: number | null }>({
    query: `SELECT version FROM ${tablesIn(keyspace).schema} WHERE name = ?`,
    params: [SCHEMA_NAME],
  });
  return row?.version ?? 0;
}
