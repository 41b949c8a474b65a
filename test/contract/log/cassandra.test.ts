import type { Log } from '../../../src/domain';
import { migrateCassandra, openCassandraLog } from '../../../src/log/cassandra';
import { newKeyspace, optionsOf, runCql } from '../../support/cassandra/keyspace';
import type { CassandraAddress } from '../../support/servers';
import { SERVER_START_MS, describeOnServers, shared } from '../../support/servers';
import { logContract } from './logContract';

describeOnServers('on a real server', () => {
  const keyspace = newKeyspace();
  let server: CassandraAddress;
  let log: Log | undefined;

  beforeAll(async () => {
    server = await shared('cassandra');
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
    },
  }));
});
