import type { Log } from '../../../src/domain';
import { migrateCassandra, openCassandraLog } from '../../../src/log/cassandra';
import { newKeyspace, optionsOf, runCql } from '../../support/cassandra/keyspace';
import type { CassandraServer } from '../../support/cassandra/server';
import {
  SERVER_START_MS,
  cassandraServer,
  describeWithCassandra,
} from '../../support/cassandra/server';
import { logContract } from './logContract';

describeWithCassandra('on a real server', () => {
  const keyspace = newKeyspace();
  let server: CassandraServer;
  let log: Log | undefined;

  beforeAll(async () => {
    server = await cassandraServer();
    await migrateCassandra(optionsOf(server, keyspace));
  }, SERVER_START_MS);

  const open = async (): Promise<Log> => {
    await log?.close();
    log = await openCassandraLog(optionsOf(server, keyspace));
    return log;
  };

  logContract('Cassandra', () => ({
    open,
    reopen: open,
    async dispose() {
      await log?.close();
      await runCql(server, `DROP KEYSPACE IF EXISTS ${keyspace}`);
      await server.stop();
    },
  }));
});
