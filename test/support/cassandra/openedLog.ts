import type { Log } from '../../../src/domain';
import type { CassandraLogOptions } from '../../../src/log/cassandra';
import { migrateCassandra, openCassandraLog } from '../../../src/log/cassandra';
import { newKeyspace, optionsOf, runCql } from './keyspace';
import type { CassandraAddress } from '../servers/addresses';
import { SERVER_START_MS, shared } from '../servers';

export interface LogsOnCassandra {
  readonly keyspace: string;
  readonly server: CassandraAddress;
  /** One more node on the same keyspace. */
  open(options?: Partial<CassandraLogOptions>): Promise<Log>;
}

/** A keyspace for the tests of a describe; what they open is closed after each. */
export function useCassandra(
  start: () => Promise<CassandraAddress> = () => shared('cassandra'),
  copies = 1,
): LogsOnCassandra {
  const keyspace = newKeyspace();
  const opened: Log[] = [];
  let server: CassandraAddress | undefined;
  const started = (): CassandraAddress => {
    if (!server) throw new Error('The server has not started yet');
    return server;
  };

  beforeAll(async () => {
    server = await start();
    await migrateCassandra(optionsOf(server, keyspace, copies));
  }, SERVER_START_MS);
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((log) => log.close()));
  });
  afterAll(async () => {
    if (!server) return;
    await runCql(server, `DROP KEYSPACE IF EXISTS ${keyspace}`).catch(() => undefined);
  });

  return {
    keyspace,
    get server() {
      return started();
    },
    async open(options = {}) {
      const log = await openCassandraLog({ ...optionsOf(started(), keyspace), ...options });
      opened.push(log);
      return log;
    },
  };
}
