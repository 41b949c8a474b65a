import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { Composition } from '../../../src/compose';
import { composeServers, masterKeys, migrateCassandra, publicKeysOf } from '../../../src/compose';
import type { WorkerId } from '../../../src/domain';
import { newKeyspace, optionsOf, runCql } from '../../support/cassandra/keyspace';
import type { RedisServer } from '../../support/redisServer';
import { startRedis } from '../../support/redisServer';
import { clientOf } from '../../support/redisQueue';
import { queueOf } from '../../support/rows';
import type { CassandraAddress } from '../../support/servers';
import { describeOnServers, SERVER_START_MS, shared } from '../../support/servers';

const QUEUE = queueOf('acme', 'service');
const { privateKey } = generateKeyPairSync('ed25519');
const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const workerId = 'w1' as WorkerId;

/** On Cassandra and Redis: one story, each step on what the one before left. */
describeOnServers('retention and seals on real servers', () => {
  const keyspace = newKeyspace();
  let server: CassandraAddress;
  let redis: RedisServer;
  let node: Composition;

  beforeAll(async () => {
    server = await shared('cassandra');
    redis = await startRedis();
    await migrateCassandra(optionsOf(server, keyspace));
    node = await composeServers({
      cassandra: optionsOf(server, keyspace),
      redis: { url: redis.url },
      keys: masterKeys([{ id: 'k1', key: randomBytes(32).toString('base64') }]),
      limits: { segmentSize: 4 },
      seals: { key, afterHours: 0 },
    });
    for (let i = 0; i < 13; i++) await node.queue.add(QUEUE, { value: i });
    await acked(12);
    await node.jobs.closeSegments();
  }, SERVER_START_MS);
  afterAll(async () => {
    await node.close();
    await redis.stop();
    await runCql(server, `DROP KEYSPACE IF EXISTS ${keyspace}`);
  });

  const fetched = async () =>
    (await node.queue.fetch(QUEUE, { workerId, timeToRecoverMs: 60_000, recoverBy: 'lease' }))
      ?.value;
  const acked = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) {
      await fetched();
      await node.queue.ack(QUEUE, { workerId, completed: async () => undefined });
    }
  };
  const cql = (statement: string) => runCql(server, statement);
  const verified = () => node.verifySeals(QUEUE, publicKeysOf(key));
  /** The Added of a task, by its primary key. */
  const addedOf = async (segment: number, index: number) => {
    const partition = `owner = 'acme' AND service = 'service' AND segment = ${String(segment)}`;
    const [row] = await cql(
      `SELECT epoch, version, event_id FROM ${keyspace}.queue_events
       WHERE ${partition} AND task_index = ${String(index)} LIMIT 1`,
    );
    const { epoch, version, event_id } = row as unknown as Record<string, unknown>;
    return {
      where: `${partition} AND task_index = ${String(index)} AND epoch = ${String(epoch)}
        AND version = ${String(version)} AND event_id = ${String(event_id)}`,
      row: { index, epoch: Number(epoch), version: Number(version) },
    };
  };

  it('closed segments are sealed and verified', async () => {
    await node.jobs.seal();
    expect(await verified()).toMatchObject({
      seals: 3,
      verified: [1, 2, 3],
      findings: [],
      unclear: [],
    });
  });

  it('a ciphertext that somebody changed, and a row that somebody added, are named', async () => {
    const { where, row } = await addedOf(2, 6);
    const [before] = await cql(`SELECT payload FROM ${keyspace}.queue_events WHERE ${where}`);
    const payload = (before?.['payload'] as Buffer).toString('hex');
    const set = (hex: string) =>
      cql(`UPDATE ${keyspace}.queue_events SET payload = 0x${hex} WHERE ${where}`);
    await set(`00${payload}`);
    expect((await verified()).findings).toEqual([{ type: 'changed', seal: 2, segment: 2, row }]);
    await set(payload);
    const late = `owner = 'acme' AND service = 'service' AND segment = 2 AND task_index = 7 AND
      epoch = 1 AND version = 999 AND event_id = 00000001-0000-1000-8000-000000000000`;
    // No body, no type: whatever stands there.
    await cql(`UPDATE ${keyspace}.queue_events SET at = 1 WHERE ${late}`);
    expect((await verified()).findings).toEqual([
      { type: 'added', seal: 2, segment: 2, row: { index: 7, epoch: 1, version: 999 } },
    ]);
    await cql(`DELETE FROM ${keyspace}.queue_events WHERE ${late}`);
    expect((await verified()).findings).toEqual([]);
  });

  it('retention drops the lowest, and the chain is verified still', async () => {
    const dropped = await node.retain(QUEUE, { keepMs: 0, max: 1 });
    expect(dropped).toMatchObject([{ segment: 1, from: 1, to: 4 }]);
    const rows = await cql(
      `SELECT version FROM ${keyspace}.queue_events
       WHERE owner = 'acme' AND service = 'service' AND segment = 1`,
    );
    expect(rows).toEqual([]);
    expect(await verified()).toMatchObject({ dropped: [1], verified: [2, 3], findings: [] });
  });

  it('a rewind below the floor is refused; one above opens a sealed segment again', async () => {
    await expect(node.queue.rewind(QUEUE, 3)).rejects.toMatchObject({ type: 'RewindRefused' });
    await node.queue.rewind(QUEUE, 9);
    expect(await fetched()).toBe(9);
    await acked(3);
    expect(await verified()).toMatchObject({ dropped: [1], verified: [2], reopened: [3] });
    await node.jobs.closeSegments();
    await node.jobs.seal();
    expect(await verified()).toMatchObject({ seals: 4, verified: [2, 3], findings: [] });
  });

  it('a rebuild after all was dropped counts what was handed out, and goes on', async () => {
    await node.retain(QUEUE, { keepMs: 0, max: 100 });
    const client = await clientOf(redis.url);
    await client.flushall();
    client.disconnect();
    expect(await node.queue.info(QUEUE)).toMatchObject({ published: 13, fetched: 12 });
    expect(await fetched()).toBe(12);
    expect(await verified()).toMatchObject({ seals: 4, dropped: [1, 2, 3], findings: [] });
  });
});
