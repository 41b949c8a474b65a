import type { Log } from '../../../src/domain';
import type { CassandraLogOptions } from '../../../src/log/cassandra';
import { migrateCassandra, openCassandraLog } from '../../../src/log/cassandra';
import { newKeyspace, optionsOf, runCql } from './keyspace';
import type { CassandraServer } from './server';
import { SERVER_START_MS, cassandraServer } from './server';

export interface LogsOnCassandra {
  readonly keyspace: string;
  readonly server: CassandraServer;
  /** One more node on the same keyspace. */
  open(options?: Partial<CassandraLogOptions>): Promise<Log>;
}

/** A server and a keyspace for the tests of a describe; what they open is closed after each. */
export function useCassandra(
  start: () => Promise<CassandraServer> = cassandraServer,
): LogsOnCassandra {
  const keyspace = newKeyspace();
  const opened: Log[] = [];
  let server: CassandraServer | undefined;
  const started = (): CassandraServer => {
    if (!server) throw new Error('The server has not started yet');
    return server;
  };

  beforeAll(async () => {
    server = await start();
    await migrateCassandra(optionsOf(server, keyspace));
  }, SERVER_START_MS);
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((log) => log.close()));
  });
  afterAll(async () => {
    if (!server) return;
    await runCql(server, `DROP KEYSPACE IF EXISTS ${keyspace}`).catch(() => undefined);
    await server.stop();
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
