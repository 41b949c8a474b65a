import {
  openRedisProjection,
  RedisUnreachable,
  RedisUnsuitable,
} from '../../../src/projections/redis';
import { having } from '../../support/matchers';
import { clientOf, queueNamed } from '../../support/redisQueue';
import type { RedisServer } from '../../support/redisServer';
import { describeOnRedis, startRedis } from '../../support/redisServer';

describeOnRedis('a Redis that cannot be used', () => {
  let server: RedisServer;

  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  const withAside = async (command: string, ...args: string[]): Promise<void> => {
    const aside = await clientOf(server.url);
    await aside.call(command, ...args);
    aside.disconnect();
  };

  it('is refused where it may evict keys: the setting and what to do are named', async () => {
    await withAside('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
    const opened = openRedisProjection({ url: server.url });
    await expect(opened).rejects.toThrow(RedisUnsuitable);
    await expect(opened).rejects.toThrow(/maxmemory-policy of \S+ is allkeys-lru.*noeviction/);
    await withAside('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
    const projection = await openRedisProjection({ url: server.url });
    await projection.close();
  });

  it('is refused where the user may not ask for INFO', async () => {
    await withAside('ACL', 'SETUSER', 'narrow', 'on', '>secret', '~*', '+@all', '-info');
    const url = server.url.replace('//', '//narrow:secret@');
    const opened = openRedisProjection({ url });
    await expect(opened).rejects.toThrow(RedisUnsuitable);
    await expect(opened).rejects.toThrow(/ACL.*\+info/);
  });

  it('takes a user who may do what the message lists', async () => {
    const rules = '+info +eval +evalsha +time +@hash +@sortedset +@keyspace'.split(' ');
    await withAside('ACL', 'SETUSER', 'enough', 'on', '>secret', '~*', ...rules);
    const projection = await openRedisProjection({
      url: server.url.replace('//', '//enough:secret@'),
    });
    expect((await projection.identity(queueNamed('any'))).identity).toMatch(
      /^[0-9a-f]{40}\.[0-9a-f]{40}$/,
    );
    await projection.close();
  });

  it('that is not there is waited for, then named', async () => {
    const opened = openRedisProjection({ url: 'redis://127.0.0.1:1', connectTimeoutMs: 300 });
    await expect(opened).rejects.toThrow(RedisUnreachable);
    await expect(opened).rejects.toThrow(/127\.0\.0\.1:1 .*REDIS_URL/);
    await expect(opened).rejects.toThrow(having({ type: 'RedisUnreachable', retryable: false }));
  });
});
