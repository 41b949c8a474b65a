import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as E from 'fp-ts/Either';
import { Redis } from 'ioredis';
import { serversOf } from '../../../src/cli/servers';
import { readConfig, settings } from '../../../src/config';
import { openRedisProjection } from '../../../src/projections/redis';
import { Authority } from '../../support/certificates';
import { freePort } from '../../support/freePort';
import type { RedisServer } from '../../support/redisServer';
import { startRedis } from '../../support/redisServer';
import { describeOnServers } from '../../support/servers';

/** From settings to a connection: a Redis that wants TLS, the client's certificate, user and password. */
describeOnServers('a Redis with TLS and a password', () => {
  const PASSWORD = 'a password: with @ and /';
  let folder: string;
  let server: RedisServer;
  let env: Record<string, string>;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'redis-tls-'));
    const ca = new Authority(folder);
    const own = ca.issue('server', ['127.0.0.1']);
    const client = ca.issue('client');
    const port = String(await freePort());
    server = await startRedis([
      ...['--tls-port', port, '--tls-auth-clients', 'yes', '--tls-ca-cert-file', ca.cert],
      ...['--tls-cert-file', own.cert, '--tls-key-file', own.key],
    ]);
    const plain = new Redis(server.url);
    await plain.call('acl', 'setuser', 'queue', 'on', `>${PASSWORD}`, '~*', '&*', '+@all');
    await plain.call('acl', 'setuser', 'default', 'off');
    plain.disconnect();
    writeFileSync(join(folder, 'password'), `${PASSWORD}\n`);
    env = {
      REDIS_URL: `rediss://127.0.0.1:${port}`,
      REDIS_USERNAME: 'queue',
      REDIS_PASSWORD_FILE: join(folder, 'password'),
      REDIS_TLS_CA_FILE: ca.cert,
      REDIS_TLS_CERT_FILE: client.cert,
      REDIS_TLS_KEY_FILE: client.key,
    };
  });
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(changes: Record<string, string> = {}): Promise<void> {
    const config = readConfig(settings.SERVERS, { env: { ...env, ...changes }, flags: {} });
    if (E.isLeft(config)) throw new Error(config.left.join('\n'));
    const { redis } = serversOf(config.right.values);
    const projection = await openRedisProjection({ ...redis, connectTimeoutMs: 5000 });
    await projection.close();
  }

  it('is used as the settings say', async () => {
    await open();
  });

  it('user and password may be in the address', async () => {
    const user = `queue:${encodeURIComponent(PASSWORD)}@`;
    const REDIS_URL = env['REDIS_URL']!.replace('//', `//${user}`);
    await open({ REDIS_URL, REDIS_USERNAME: '', REDIS_PASSWORD_FILE: '' });
  });

  it('a certificate is enough to ask for TLS', async () => {
    await open({ REDIS_URL: env['REDIS_URL']!.replace('rediss:', 'redis:') });
  });

  it('is not trusted without its authority', async () => {
    await expect(open({ REDIS_TLS_CA_FILE: '' })).rejects.toThrow(/certificate/);
  });

  it('does not let in who shows no certificate', async () => {
    const none = { REDIS_TLS_CERT_FILE: '', REDIS_TLS_KEY_FILE: '' };
    await expect(open(none)).rejects.toMatchObject({ type: 'RedisUnreachable' });
  });

  it('a wrong password is told, and not repeated', async () => {
    const wrong = open({ REDIS_PASSWORD_FILE: '', REDIS_PASSWORD: 'mistaken' });
    await expect(wrong).rejects.toMatchObject({ type: 'RedisUnsuitable' });
    await expect(wrong).rejects.not.toThrow(/mistaken/);
  });
});
