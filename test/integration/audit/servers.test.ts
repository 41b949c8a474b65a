import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Composition } from '../../../src/compose';
import { composeServers, masterKeys, migrateCassandra } from '../../../src/compose';
import { newKeyspace, optionsOf, runCql } from '../../support/cassandra/keyspace';
import { CliProcesses } from '../../support/cliProcess';
import type { RedisServer } from '../../support/redisServer';
import { startRedis } from '../../support/redisServer';
import type { CassandraAddress } from '../../support/servers';
import { describeOnServers, SERVER_START_MS, shared } from '../../support/servers';
import type { Audited } from './audited';
import { AUDITED, befall, refusalIsRecorded } from './audited';

/** The commands of the audit in processes of their own, on Cassandra and Redis, beside a node at work. */
describeOnServers('audit of a queue on servers', () => {
  const keyspace = newKeyspace();
  const processes = new CliProcesses();
  let server: CassandraAddress;
  let redis: RedisServer;
  let folder: string;
  let node: Composition;
  let audited: Audited;
  let env: Record<string, string>;

  beforeAll(async () => {
    server = await shared('cassandra');
    redis = await startRedis();
    folder = mkdtempSync(join(tmpdir(), 'audit-servers-'));
    const keys = [{ id: 'k1', key: randomBytes(32).toString('base64') }] as const;
    writeFileSync(join(folder, 'keys.json'), JSON.stringify(keys));
    env = {
      CASSANDRA_CONTACT_POINTS: server.contactPoints.join(),
      CASSANDRA_LOCAL_DATA_CENTER: server.localDataCenter,
      CASSANDRA_KEYSPACE: keyspace,
      REDIS_URL: redis.url,
    };
    const cassandra = optionsOf(server, keyspace);
    await migrateCassandra(cassandra);
    node = await composeServers({
      cassandra,
      redis: { url: redis.url },
      keys: masterKeys([...keys]),
    });
    audited = await befall(node);
    await refusalIsRecorded(node);
    await node.queue.rewind(AUDITED, 3);
  }, SERVER_START_MS);

  afterEach(() => processes.stop());
  afterAll(async () => {
    await node.close();
    await redis.stop();
    await runCql(server, `DROP KEYSPACE IF EXISTS ${keyspace}`);
    rmSync(folder, { recursive: true, force: true });
  });

  const ended = async (line: string, more: Record<string, string> = {}) => {
    const args = ['audit', ...line.split(' '), '--owner', 'acme', '--service', 'mailer'];
    const running = processes.run(args, { ...env, ...more });
    const code = await running.end();
    return { code, out: running.out(), err: running.err() };
  };
  const lines = (out: string) =>
    out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  it('replays by task and in version order: the same rows', async () => {
    const byTask = await ended('replay --json');
    expect(byTask).toMatchObject({ code: 0, err: '' });
    expect(lines(byTask.out).map(({ task, type }) => [task, type])).toEqual([
      [1, 'Refused'],
      [null, 'Rewound'],
      [1, 'Added'],
      [1, 'Fetched'],
      [1, 'Recovered'],
      [1, 'Fetched'],
      [1, 'Acked'],
      [2, 'Added'],
      [3, 'Added'],
      [4, 'Added'],
    ]);
    const byVersion = lines((await ended('replay --json --order version')).out);
    const order = byVersion.map(({ epoch, version }) => Number(epoch) * 1e6 + Number(version));
    expect(order).toEqual([...order].sort((a, b) => a - b));
    const text = (all: object[]) => all.map((each) => JSON.stringify(each)).sort();
    expect(text(byVersion)).toEqual(text(lines(byTask.out)));
  }, 60_000);

  it('tells the story, the state and what another time to recover would have done', async () => {
    const story = await ended('explain --task 1');
    expect(story).toMatchObject({ code: 0, err: '' });
    expect(story.out).toMatch(/An ack by "slow" under lease \S+ was refused: the task was acked/);
    expect(story.out).toMatch(/\nIt is done, delivered twice\.\n$/);
    const state = await ended(`state --json --at ${audited.beforeAcks}`);
    expect(JSON.parse(state.out)).toMatchObject({ tasks: 4, waiting: 3, leased: 1, acked: 0 });
    const other = await ended('what-if --json --time-to-recover 1h');
    expect(JSON.parse(other.out)).toMatchObject({
      recorded: { redeliveries: 1, duplicates: 1 },
      whatIf: { redeliveries: 0, duplicates: 0 },
    });
  }, 60_000);

  it('reveals with the master keys only, and records it', async () => {
    const closed = await ended('replay --json --reveal');
    expect(closed).toMatchObject({ code: 2, out: '' });
    expect(closed.err).toContain('KEYS_MASTER_FILE');
    const more = { KEYS_MASTER_FILE: join(folder, 'keys.json') };
    const opened = await ended('replay --json --reveal --task 2', more);
    expect(opened.code).toBe(0);
    expect(lines(opened.out)[0]?.['revealed']).toEqual({ value: { to: 'bob' } });
    const recorded = lines((await ended('replay --json --type Revealed')).out);
    expect(recorded).toHaveLength(1);
    expect(recorded[0]?.['query']).toBe('{"task":2,"order":"task"}');
  }, 60_000);

  it('names a damaged row and goes on; a queue that is none ends with 2', async () => {
    const [row] = await runCql(
      server,
      `SELECT epoch, version, event_id FROM ${keyspace}.queue_events WHERE owner = 'acme'
       AND service = 'mailer' AND segment = 1 AND task_index = 4`,
    );
    const { epoch, version, event_id: id } = row as Record<string, { toString(): string }>;
    const key = `task_index = 4 AND epoch = ${String(epoch)} AND version = ${String(version)} AND event_id = ${String(id)}`;
    await runCql(
      server,
      `UPDATE ${keyspace}.queue_events SET body = 'x' WHERE owner = 'acme' AND service = 'mailer'
       AND segment = 1 AND ${key}`,
    );
    const damaged = await ended('replay --json');
    expect(damaged.code).toBe(1);
    expect(lines(damaged.out).filter(({ type }) => type === 'Added')).toHaveLength(3);
    const name = `Damaged: row ${String(epoch)}.${String(version)} of task 4 (event ${String(id)})`;
    expect(damaged.err).toContain(name);

    const args = ['audit', 'state', '--at', '0', '--owner', 'acme', '--service', 'nobody'];
    const unknown = processes.run(args, env);
    expect(await unknown.end()).toBe(2);
    expect(unknown.err()).toMatch(/^No such queue: "acme" "nobody"/);
  }, 60_000);
});
