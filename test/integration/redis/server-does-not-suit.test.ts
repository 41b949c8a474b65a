import type { RedisOptions } from '../../../src/projections/redis/openRedisProjection';
import {
  openRedisProjection,
  RedisUnreachable,
  RedisUnsuitable,
} from '../../../src/projections/redis';
import { having } from '../../support/matchers';
import { clientOf, queueNamed } from '../../support/redisQueue';
import type { RedisServer } from '../../support/redisServer';
import { startRedis } from '../../support/redisServer';
import { describeOnServers } from '../../support/servers';
import { startStandIn } from '../../support/redisStandIn';

const expectRefused = async (options: RedisOptions, message: RegExp): Promise<void> => {
  const opened = openRedisProjection(options);
  await expect(opened).rejects.toThrow(RedisUnsuitable);
  await expect(opened).rejects.toThrow(message);
};

describeOnServers('a Redis that cannot be used', () => {
  let server: RedisServer;

  beforeEach(async () => {
    server = await startRedis();
  });
  afterEach(() => server.stop());

  const withAside = async (command: string, ...args: string[]): Promise<void> => {
    const aside = await clientOf(server.url);
    await aside.call(command, ...args);
    aside.disconnect();
  };

  it('is refused where it may evict keys: the setting and what to do are named', async () => {
    await withAside('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
    const { url } = server;
    await expectRefused({ url }, /maxmemory-policy of \S+ is allkeys-lru.*Set it to noeviction/);
    await withAside('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
    const projection = await openRedisProjection({ url });
    await projection.close();
  });

  it('is refused where the user may not ask for INFO, and only the error says so', async () => {
    const warned = jest.spyOn(console, 'warn').mockImplementation();
    await withAside('ACL', 'SETUSER', 'narrow', 'on', '>secret', '~*', '+@all', '-info');
    const url = server.url.replace('//', '//narrow:secret@');
    await expectRefused({ url }, /ACL of its user is too narrow \(NOPERM.*\+info/);
    expect(warned).not.toHaveBeenCalled();
    warned.mockRestore();
  });

  it('is refused where the user may not run scripts', async () => {
    await withAside('ACL', 'SETUSER', 'narrow', 'on', '>secret', '~*', '+@all', '-@scripting');
    const url = server.url.replace('//', '//narrow:secret@');
    await expectRefused({ url }, /ACL of its user is too narrow \(NOPERM.*\+eval \+evalsha/);
  });

  it('takes a user who may do what the message lists', async () => {
    const rules = '+info +eval +evalsha +time +get +set +@hash +@sortedset +@keyspace'.split(' ');
    await withAside('ACL', 'SETUSER', 'enough', 'on', '>secret', '~*', ...rules);
    const projection = await openRedisProjection({
      url: server.url.replace('//', '//enough:secret@'),
    });
    const { identity } = await projection.identity(queueNamed('any'));
    expect(identity).toMatch(/^[0-9a-f]{40}\.[0-9a-f]{40}$/);
    await projection.close();
  });

  it.each(['', 'redis:wrong@', ':wrong@', 'nobody:secret@'])(
    'is refused at once where it wants another password than //%s',
    async (credentials) => {
      await withAside('CONFIG', 'SET', 'requirepass', 'secret');
      const url = server.url.replace('//', `//${credentials}`);
      await expectRefused(
        { url, connectTimeoutMs: 120_000 },
        /user or password in REDIS_URL is refused \((WRONGPASS|NOAUTH).*redis:\/\/user:password@/,
      );
    },
  );

  it('is refused while it is a replica', async () => {
    await withAside('REPLICAOF', '127.0.0.1', '1');
    await expectRefused({ url: server.url }, /role of \S+ is slave \(a replica\).*to the master/);
  });

  it('is refused below version 7', async () => {
    const old = await startStandIn('redis_version:6.2.14\r\nmaxmemory_policy:noeviction\r\n');
    await expectRefused({ url: old.url }, /version of \S+ is 6\.2\.14.*Redis 7 or newer/);
    await old.stop();
  });

  it('that is not there is waited for, then named', async () => {
    const opened = openRedisProjection({ url: 'redis://127.0.0.1:1', connectTimeoutMs: 300 });
    await expect(opened).rejects.toThrow(RedisUnreachable);
    await expect(opened).rejects.toThrow(/127\.0\.0\.1:1 .*REDIS_URL/);
    await expect(opened).rejects.toThrow(having({ type: 'RedisUnreachable', retryable: true }));
  });
});

describe('an address that is none', () => {
  it.each([
    ['', /is no URL.*redis:\/\/host:port/],
    ['nonsense', /"nonsense" in REDIS_URL is no URL/],
    ['localhost:6379', /is of the kind localhost:/],
    ['http://localhost:6379', /is of the kind http:/],
    ['redis://', /is without a host/],
    ['redis://localhost/first', /no number of a database/],
    ['redis://localhost?enableOfflineQueue=true', /options behind a "\?".*Leave them out/],
    ['redis://one,two', /more than one address.*before each/],
    ['redis://one,redis://two', /more than one address.*cluster option/],
  ])('%s is refused before anything is connected', (url, message) =>
    expectRefused({ url }, message),
  );

  it('a database of a cluster is refused: there is only one', () =>
    expectRefused({ url: 'redis://localhost/3', cluster: true }, /database 3.*only database 0/));

  it('is not told with its password', async () => {
    const url = 'redis://me:secret@one,http://me:sec/secret,secret@two';
    const opened = openRedisProjection({ url, cluster: true });
    await expect(opened).rejects.toThrow(/\*\*\*@two/);
    await expect(opened).rejects.not.toThrow(/secret/);
  });
});
