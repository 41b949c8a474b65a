import { Socket } from 'node:net';
import { LogUnavailable } from '../../../src/domain';
import {
  CassandraMisconfigured,
  KeyspaceMissing,
  SchemaMissing,
  SchemaTooNew,
  SchemaTooOld,
  migrateCassandra,
  openCassandraLog,
} from '../../../src/log/cassandra';
import { append, createdQueue, readAll, typedError } from '../../contract/log/arrange';
import { newKeyspace, optionsOf, runCql } from '../../support/cassandra/keyspace';
import { useCassandra } from '../../support/cassandra/openedLog';
import { describeOnServers } from '../../support/servers';
import { until } from '../../support/until';
import { closed, epoch, listOf, rowsOf, sealOf, segment } from '../../support/rows';

describeOnServers('a keyspace that is not ready', () => {
  const cassandra = useCassandra();
  const keyspaces: string[] = [];

  const migrated = async (): Promise<string> => {
    const keyspace = newKeyspace();
    keyspaces.push(keyspace);
    await migrateCassandra(optionsOf(cassandra.server, keyspace));
    return keyspace;
  };
  const cql = (...statements: string[]) => runCql(cassandra.server, ...statements);
  const refusal = (keyspace: string) =>
    typedError(() => openCassandraLog(optionsOf(cassandra.server, keyspace)));

  afterEach(async () => {
    await cql(...keyspaces.splice(0).map((name) => `DROP KEYSPACE IF EXISTS ${name}`));
  });

  it('that is missing is named, with what to do', async () => {
    const error = await refusal('queue_nowhere');
    expect(error).toBeInstanceOf(KeyspaceMissing);
    expect(error.message).toMatch(/queue_nowhere.*migrate/);
  });

  it.each([
    'queue_schema',
    'queue_directory',
    'queue_heads',
    'queue_events',
    'queue_seals',
    'queue_seal_lists',
  ])('that lacks %s is refused by its name', async (table) => {
    const keyspace = await migrated();
    await cql(`DROP TABLE ${keyspace}.${table}`);
    const error = await refusal(keyspace);
    expect(error).toBeInstanceOf(SchemaMissing);
    expect(error.message).toContain(table);
    expect(error.message).toContain('migrate');
  });

  it('that lacks a column is refused by its name', async () => {
    const keyspace = await migrated();
    await cql(`ALTER TABLE ${keyspace}.queue_events DROP key_id`);
    const error = await refusal(keyspace);
    expect(error).toBeInstanceOf(SchemaMissing);
    expect(error.message).toContain('queue_events.key_id');
  });

  it('that was migrated in part is refused, and migrated to the end by a repeat', async () => {
    const keyspace = await migrated();
    await cql(`TRUNCATE ${keyspace}.queue_schema`, `DROP TABLE ${keyspace}.queue_events`);
    expect(await refusal(keyspace)).toBeInstanceOf(SchemaMissing);
    await migrateCassandra(optionsOf(cassandra.server, keyspace));
    await (await openCassandraLog(optionsOf(cassandra.server, keyspace))).close();
    await cql(`TRUNCATE ${keyspace}.queue_schema`);
    expect(await refusal(keyspace)).toBeInstanceOf(SchemaTooOld);
  });

  it('that an older release migrated is refused, and brought to this release with its data', async () => {
    const keyspace = await migrated();
    const log = await openCassandraLog(optionsOf(cassandra.server, keyspace));
    const queue = await createdQueue(log);
    await append(log, queue, rowsOf(1, 8));
    await log.closeSegment(queue, epoch(1), segment(1), closed(8));
    await log.close();
    await cql(
      `ALTER TABLE ${keyspace}.queue_heads DROP closed_at`,
      `DROP TABLE ${keyspace}.queue_seals`,
      `DROP TABLE ${keyspace}.queue_seal_lists`,
      `UPDATE ${keyspace}.queue_schema SET version = 1 WHERE name = 'log'`,
    );
    expect(await refusal(keyspace)).toBeInstanceOf(SchemaTooOld);
    const migrating = migrateCassandra(optionsOf(cassandra.server, keyspace));
    expect(await migrating).toEqual({ from: 1, to: 2 });
    // As after a migrate that died before its end.
    await cql(`UPDATE ${keyspace}.queue_schema SET version = 1 WHERE name = 'log'`);
    await migrateCassandra(optionsOf(cassandra.server, keyspace));

    const after = await openCassandraLog(optionsOf(cassandra.server, keyspace));
    expect(await readAll(after, queue)).toEqual(rowsOf(1, 8));
    expect(await after.segments(queue)).toEqual([
      { segment: 1, status: 'closed', lastAdded: 8, closedAt: null },
    ]);
    expect(await after.writeSeal(queue, sealOf(1), listOf('rows'))).toBe(true);
    await after.close();
  });

  it('that a newer release migrated is refused by the service and by migrate, unchanged', async () => {
    const keyspace = await migrated();
    await cql(`UPDATE ${keyspace}.queue_schema SET version = 99 WHERE name = 'log'`);
    expect(await refusal(keyspace)).toBeInstanceOf(SchemaTooNew);
    const migrating = await typedError(() =>
      migrateCassandra(optionsOf(cassandra.server, keyspace)),
    );
    expect(migrating).toBeInstanceOf(SchemaTooNew);
    expect(migrating.message).toContain('99');
    const [row] = await cql(`SELECT version FROM ${keyspace}.queue_schema`);
    expect(row?.['version']).toBe(99);
  });

  it('is made once: a second migrate changes nothing, and no data', async () => {
    const { keyspace, server } = cassandra;
    const log = await cassandra.open();
    const queue = await createdQueue(log);
    await append(log, queue, rowsOf(1, 3));
    const replication = { [server.localDataCenter]: 3 };
    const again = await migrateCassandra({ ...optionsOf(server, keyspace), replication });
    expect(again).toEqual({ from: 2, to: 2 });
    expect(await readAll(log, queue)).toEqual(rowsOf(1, 3));
    const [row] = await cql(
      `SELECT replication FROM system_schema.keyspaces WHERE keyspace_name = '${keyspace}'`,
    );
    expect(row?.['replication']).toMatchObject({ [server.localDataCenter]: '1' });
  });

  it('keeps events in the faster memtable where the server has it', async () => {
    const [row] = await cql(
      `SELECT memtable FROM system_schema.tables
       WHERE keyspace_name = '${cassandra.keyspace}' AND table_name = 'queue_events'`,
    );
    // What a given cluster has is its own matter.
    if (process.env['CASSANDRA_CONTACT_POINTS'] === undefined) {
      expect(row?.['memtable']).toBe('skiplist');
    }
  });

  it('with a name that could be a statement is refused before it is sent', async () => {
    const error = await refusal('a; DROP KEYSPACE b');
    expect(error).toMatchObject({ type: 'ValidationError', data: { path: 'keyspace' } });
  });

  it('on a server that is not there is told, with the setting', async () => {
    const options = { ...optionsOf(cassandra.server, 'any'), contactPoints: ['127.0.0.1:1'] };
    const error = await typedError(() => openCassandraLog(options));
    expect(error).toBeInstanceOf(LogUnavailable);
    expect(error.message).toMatch(/127\.0\.0\.1:1.*contact points/);
  });

  it('in a data center that is not there is told, with the setting, and nothing is left open', async () => {
    const options = { ...optionsOf(cassandra.server, 'any'), localDataCenter: 'moon' };
    const connects = jest.spyOn(Socket.prototype, 'connect');
    const error = await typedError(() => openCassandraLog(options));
    expect(error).toBeInstanceOf(CassandraMisconfigured);
    expect(error.message).toMatch(/moon.*data center/);
    const sockets = connects.mock.contexts as Socket[];
    connects.mockRestore();
    expect(sockets.length).toBeGreaterThan(0);
    await until(() => sockets.every(({ destroyed }) => destroyed), 5_000);
  });
});
