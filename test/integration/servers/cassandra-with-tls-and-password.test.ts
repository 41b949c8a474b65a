import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as E from 'fp-ts/Either';
import { cassandraOf } from '../../../src/cli/servers';
import { migrateCassandra } from '../../../src/compose';
import { readConfig, settings } from '../../../src/config';
import { newKeyspace } from '../../support/cassandra/keyspace';
import type { OwnCassandraServer } from '../../support/cassandra/server';
import { loopbackNet, ownCassandraServer } from '../../support/cassandra/server';
import { Authority } from '../../support/certificates';
import { describeOnServers, SERVER_START_MS } from '../../support/servers';
import { until } from '../../support/until';

/** From settings to a connection: a Cassandra that wants TLS, the client's certificate, user and password. */
describeOnServers('a Cassandra with TLS and a password', () => {
  let folder: string;
  let server: OwnCassandraServer;
  let env: Record<string, string>;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'cassandra-tls-'));
    const host = `${loopbackNet()}.2`;
    const ca = new Authority(folder);
    const own = ca.issue('server', [host]);
    const client = ca.issue('client');
    const keystore = join(folder, 'keystore.pem');
    writeFileSync(keystore, readFileSync(own.key, 'utf8') + readFileSync(own.cert, 'utf8'));
    server = await ownCassandraServer({
      host,
      authenticator: 'PasswordAuthenticator',
      jvmOptions: '-Dcassandra.superuser_setup_delay_ms=0',
      moreYaml: `
client_encryption_options:
  enabled: true
  optional: false
  require_client_auth: true
  ssl_context_factory:
    class_name: org.apache.cassandra.security.PEMBasedSslContextFactory
  keystore: ${keystore}
  truststore: ${ca.cert}
`,
    });
    writeFileSync(join(folder, 'password'), 'cassandra\n');
    env = {
      CASSANDRA_CONTACT_POINTS: server.contactPoints.join(),
      CASSANDRA_LOCAL_DATA_CENTER: server.localDataCenter,
      CASSANDRA_KEYSPACE: newKeyspace(),
      CASSANDRA_USERNAME: 'cassandra',
      CASSANDRA_PASSWORD_FILE: join(folder, 'password'),
      CASSANDRA_TLS_CA_FILE: ca.cert,
      CASSANDRA_TLS_CERT_FILE: client.cert,
      CASSANDRA_TLS_KEY_FILE: client.key,
    };
    // Its first user comes some time after its start.
    let problem: unknown;
    await until(async () => {
      await connect().catch((error: unknown) => {
        problem = error;
        throw error;
      });
      return true;
    }, 30_000).catch(() => {
      throw problem;
    });
  }, SERVER_START_MS);
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function connect(changes: Record<string, string> = {}) {
    const config = readConfig(settings.MIGRATE, { env: { ...env, ...changes }, flags: {} });
    if (E.isLeft(config)) throw new Error(config.left.join('\n'));
    const replication = { [server.localDataCenter]: 1 };
    return migrateCassandra({ ...cassandraOf(config.right.values), replication, dryRun: true });
  }

  it('is used as the settings say', async () => {
    expect(await connect()).toMatchObject({ from: 0 });
  });

  it('is not trusted without its authority', async () => {
    const untrusted = connect({ CASSANDRA_TLS_CA_FILE: '' });
    await expect(untrusted).rejects.toMatchObject({ type: 'LogUnavailable' });
    await expect(untrusted).rejects.toThrow(/certificate/);
  });

  it('does not let in who shows no certificate', async () => {
    const none = connect({ CASSANDRA_TLS_CERT_FILE: '', CASSANDRA_TLS_KEY_FILE: '' });
    await expect(none).rejects.toMatchObject({ type: 'LogUnavailable' });
  });

  it('a wrong password is told, and not repeated', async () => {
    const wrong = connect({ CASSANDRA_PASSWORD_FILE: '', CASSANDRA_PASSWORD: 'mistaken' });
    await expect(wrong).rejects.toMatchObject({ type: 'CassandraMisconfigured' });
    await expect(wrong).rejects.not.toThrow(/mistaken/);
  });
});
