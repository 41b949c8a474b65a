import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { ServiceBroker } from 'moleculer';
import { RedisTransporter } from '../../../src/cli/redisTransporter';
import { migrateCassandra } from '../../../src/log/cassandra';
import { optionsOf } from '../../support/cassandra/keyspace';
import { CliOnServers } from '../../support/cliOnServers';
import { freePort } from '../../support/freePort';
import { matching } from '../../support/matchers';
import { startRedis } from '../../support/redisServer';
import { describeOnServers, SERVER_START_MS } from '../../support/servers';
import { until } from '../../support/until';

interface Finding {
  readonly check: string;
  readonly status: string;
  readonly found: string;
  readonly toDo: string | null;
}

// Several processes one after the other.
jest.setTimeout(60_000);

/** doctor on real servers, with one setting wrong at a time. */
describeOnServers('doctor', () => {
  const cli = new CliOnServers();
  const { keyspace } = cli;
  let folder: string;
  let redis: Redis;

  beforeAll(async () => {
    await cli.start();
    redis = new Redis(cli.redis.url);
    folder = mkdtempSync(join(tmpdir(), 'doctor-'));
    const keys = join(folder, 'master-keys.json');
    const key = randomBytes(32).toString('base64');
    writeFileSync(keys, JSON.stringify([{ id: 'k1', key }]), { mode: 0o600 });
    Object.assign(cli.env, { KEYS_MASTER_FILE: keys });
    await migrateCassandra(optionsOf(cli.server, keyspace));
  }, SERVER_START_MS);
  afterEach(() => cli.processes.stop());
  afterAll(async () => {
    redis.disconnect();
    await cli.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const examined = async (env: Record<string, string> = {}) => {
    const { code, out } = await cli.ended('doctor --json', env);
    const { wrong, findings } = JSON.parse(out) as { wrong: number; findings: Finding[] };
    expect(code).toBe(wrong > 0 ? 1 : 0);
    return { code, findings };
  };
  const isWrong = async (env?: Record<string, string>): Promise<Finding[]> =>
    (await examined(env)).findings.filter(({ status }) => status === 'wrong');
  const copies = (factor: number): string =>
    `{'class': 'NetworkTopologyStrategy', '${cli.server.localDataCenter}': ${String(factor)}}`;

  it('a keyspace that is not there', async () => {
    expect(await isWrong({ CASSANDRA_KEYSPACE: 'not_there' })).toMatchObject([
      {
        check: 'cassandra.schema',
        found: 'Cassandra has no keyspace not_there',
        toDo: matching(/^Run migrate/),
      },
    ]);
  });

  it('all that is there: 0, with warnings said, and nothing is changed', async () => {
    const tables = `SELECT * FROM system_schema.columns WHERE keyspace_name = '${keyspace}'`;
    const before = [await cli.cql(tables), await redis.dbsize()];
    const { code, findings } = await examined();
    expect(code).toBe(0);
    expect(Object.fromEntries(findings.map(({ check, status }) => [check, status]))).toEqual({
      versions: 'ok',
      cassandra: 'ok',
      'cassandra.schema': 'ok',
      'cassandra.replication': 'warning',
      'cassandra.durableWrites': 'ok',
      'cassandra.commitlog': matching(/ok|warning/),
      redis: 'ok',
      'redis.rights': 'ok',
      'redis.persistence': 'ok',
      keys: 'ok',
      clocks: 'ok',
      transporter: 'ok',
    });
    expect(findings.find(({ check }) => check === 'cassandra')?.found).toMatch(/version \d+\.\d+/);
    expect(findings.find(({ check }) => check === 'cassandra.commitlog')?.found).toMatch(
      /^(batch|group|periodic)/,
    );
    expect([await cli.cql(tables), await redis.dbsize()]).toEqual(before);
    const text = await cli.ended('doctor', { FORCE_COLOR: '1' });
    expect(text.out).toMatch(/\u001b\[33mwarning\u001b\[0m +cassandra\.replication +1 copies/);
    expect(text.err).toMatch(/^Nothing is wrong, \d warning/);
  });

  it('Redis that may evict', async () => {
    await redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
    expect(await isWrong()).toMatchObject([
      {
        check: 'redis',
        found: matching(/maxmemory-policy of \S+ is allkeys-lru/),
        toDo: matching(/^Set it to noeviction/),
      },
    ]);
    await redis.config('SET', 'maxmemory-policy', 'noeviction');
  });

  it.each([
    ['-get -set', 'GET, SET'],
    ['-info', 'INFO'],
    ['-@scripting', 'EVALSHA, EVAL'],
    ['-@sortedset', 'ZRANGE, ZREM'],
    ['-unlink', 'UNLINK'],
  ])('a user of Redis with %s', async (rules, denied) => {
    await redis.call(
      'ACL',
      'SETUSER',
      'narrow',
      'reset',
      'on',
      '>pw',
      '~*',
      '+@all',
      ...rules.split(' '),
    );
    const REDIS_URL = cli.redis.url.replace('//', '//narrow:pw@');
    const findings = await isWrong({ REDIS_URL });
    expect(findings.find(({ check }) => check === 'redis.rights')).toMatchObject({
      found: matching(new RegExp(`may not call ${denied} on`)),
    });
    expect(findings.find(({ check }) => check === 'redis')?.toDo).toContain('+eval +evalsha');
    expect(JSON.stringify(findings)).not.toContain('pw@');
  });

  it('a user of Redis who may not touch the keys of the prefix', async () => {
    await redis.call('ACL', 'SETUSER', 'narrow', 'reset', 'on', '>pw', '~other:*', '+@all');
    const REDIS_URL = cli.redis.url.replace('//', '//narrow:pw@');
    const [, rights] = await isWrong({ REDIS_URL });
    expect(rights?.found).toContain('GET, SET');
  });

  it('a save of Redis that failed', async () => {
    const own = await startRedis(['--enable-protected-configs', 'yes']);
    const client = new Redis(own.url);
    await client.config('SET', 'dir', '/proc'); // where nobody can write
    await client.bgsave();
    await until(async () => (await client.info()).includes('rdb_last_bgsave_status:err'));
    client.disconnect();
    const findings = await isWrong({ REDIS_URL: own.url });
    await own.stop();
    expect(findings).toMatchObject([
      { check: 'redis.persistence', found: matching(/RDB of \S+ failed/) },
    ]);
  });

  it('one quorum that can never be there, and durable writes that are off', async () => {
    await cli.cql(
      `ALTER KEYSPACE ${keyspace} WITH replication = ${copies(3)} AND durable_writes = false`,
    );
    const findings = await isWrong();
    await cli.cql(
      `ALTER KEYSPACE ${keyspace} WITH replication = ${copies(1)} AND durable_writes = true`,
    );
    expect(findings.find(({ check }) => check === 'cassandra.replication')).toMatchObject({
      found: matching(/^3 copies on 1 node\(s\): a quorum of 2 is never there/),
      toDo: matching(/ALTER KEYSPACE/),
    });
    expect(findings.map(({ check }) => check)).toContain('cassandra.durableWrites');
  });

  it('servers that do not answer: each is told, the rest is checked', async () => {
    const nowhere = `127.0.0.1:${String(await freePort())}`;
    const env = { CASSANDRA_CONTACT_POINTS: nowhere, REDIS_URL: `redis://${nowhere}` };
    expect(await isWrong(env)).toMatchObject([
      { check: 'cassandra', toDo: matching(/^Start it, or set the contact points/) },
      { check: 'redis', toDo: matching(/^Start it, or set REDIS_URL/) },
    ]);
  });

  it('a key service that is there, and one that is not', async () => {
    const env = {
      KEYS_MASTER_FILE: '',
      MOLECULER_TRANSPORTER: cli.redis.url,
      MOLECULER_NAMESPACE: keyspace,
    };
    expect(await isWrong(env)).toMatchObject([
      {
        check: 'keys',
        found: matching(/^No node has keys\.getOek/),
        toDo: matching(/KEYS_SERVICE/),
      },
    ]);
    const transporter = new RedisTransporter(cli.redis.url);
    const broker = new ServiceBroker({ logger: false, namespace: keyspace, transporter });
    const asked = jest.fn();
    broker.createService({ name: 'keys', actions: { getOek: asked } });
    await broker.start();
    const { findings } = await examined(env);
    await broker.stop();
    expect(findings.find(({ check }) => check === 'keys')?.status).toBe('ok');
    expect(findings.find(({ check }) => check === 'transporter')?.status).toBe('warning');
    expect(asked).not.toHaveBeenCalled();
    expect(await isWrong({ KEYS_MASTER_FILE: '' })).toMatchObject([{ check: 'keys' }]);
  }, 60_000);

  it('a file of master keys that others may change', async () => {
    const file = cli.env['KEYS_MASTER_FILE']!;
    chmodSync(file, 0o666);
    expect(await isWrong()).toMatchObject([{ check: 'keys', toDo: `Run: chmod 600 ${file}` }]);
    chmodSync(file, 0o600);
  });

  it('a setting that is no setting: 2', async () => {
    const { code, out } = await cli.ended('doctor --json', { REDIS_URL: 'http://x' });
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });

  it('a column that is missing', async () => {
    await cli.cql(`ALTER TABLE ${keyspace}.queue_events DROP payload`);
    expect(await isWrong()).toMatchObject([
      { check: 'cassandra.schema', found: matching(/lacks queue_events\.payload$/) },
    ]);
  });
});
