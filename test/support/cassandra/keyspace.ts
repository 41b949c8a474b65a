import { randomBytes } from 'node:crypto';
import { Client } from 'cassandra-driver';
import type { CassandraLogOptions, MigrateOptions } from '../../../src/log/cassandra';
import type { CassandraAddress } from '../servers/addresses';

/** A keyspace that no other test has. */
export const newKeyspace = (): string => `queue_test_${randomBytes(6).toString('hex')}`;

export const optionsOf = (
  { contactPoints, localDataCenter }: CassandraAddress,
  keyspace: string,
  copies = 1,
): CassandraLogOptions & MigrateOptions => ({
  contactPoints,
  localDataCenter,
  keyspace,
  replication: { [localDataCenter]: copies },
});

/** Statements beside the log, for tests that look at tables or break them. */
export async function runCql(
  server: CassandraAddress,
  ...statements: string[]
): Promise<Record<string, unknown>[]> {
  const { contactPoints, localDataCenter } = server;
  const client = new Client({ contactPoints: [...contactPoints], localDataCenter });
  try {
    let rows: Record<string, unknown>[] = [];
    for (const cql of statements) rows = (await client.execute(cql)).rows;
    return rows;
  } finally {
    await client.shutdown();
  }
}
