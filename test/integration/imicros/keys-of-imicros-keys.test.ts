import type { ServiceBroker } from 'moleculer';
import { createKeyServiceSource, createVault } from '../../../src/crypto';
import type { Place } from '../../../src/domain';
import { PayloadUnreadable } from '../../../src/domain';
import { openSqliteLog } from '../../../src/log/sqlite';
import { keysFrom } from '../../../src/service/keyService';
import { QueueService } from '../../../src/service/queueService';
import type { CassandraAddress } from '../../support/servers';
import { describeOnServers, SERVER_START_MS, shared } from '../../support/servers';
import { queueOf, segment } from '../../support/rows';
import { Brokers } from '../service/brokers';
import { KeysNode, oneMoreNode } from './keysNode';

describeOnServers('with the keys of imicros-keys', () => {
  const brokers = new Brokers();
  let server: CassandraAddress;
  let keys: KeysNode;
  let dataDir: string;
  let queueNode: ServiceBroker;

  beforeAll(async () => {
    server = await shared('cassandra');
  }, SERVER_START_MS);
  beforeEach(async () => {
    keys = new KeysNode(server);
    await keys.create();
    dataDir = brokers.folder();
    await startQueue();
    await queueNode.waitForServices('keys', 5_000, 10);
  });
  afterEach(async () => {
    await brokers.stop();
    await keys.drop();
  });

  /** A new process as far as keys go: none is in memory. */
  async function startQueue(): Promise<void> {
    const queue = QueueService({ dataDir, jobs: false });
    queueNode = await brokers.start([queue], oneMoreNode());
  }
  async function restartQueue(): Promise<void> {
    await queueNode.stop();
    await startQueue();
  }

  const call = (action: string, params: object, ownerId: string) =>
    queueNode.call(`worker.queue.${action}`, { serviceId: 's', ...params }, { meta: { ownerId } });
  const add = (value: unknown, ownerId = 'A') => call('add', { value }, ownerId);
  const fetch = (workerId: string, ownerId = 'A') => call('fetch', { workerId }, ownerId);

  /** The key id of each task in the log. Ends the queue's node, which has the log to itself. */
  async function keyIdsInLog(ownerId: string): Promise<(string | null)[]> {
    await queueNode.stop();
    const log = openSqliteLog({ dataDir });
    // Each restart goes on in the next segment, of 4,096 tasks.
    const rows = await log.read(queueOf(ownerId, 's'), [{ from: 1, to: 20_000 }]);
    await log.close();
    return rows.filter(({ event }) => event.type === 'Added').map(({ keyId }) => keyId);
  }

  const unavailable = {
    type: 'KeyUnavailable',
    code: 503,
    retryable: true,
    data: { reason: 'unreachable' },
  };

  test('a value is sealed with the newest key of its owner, and fetched again', async () => {
    await add({ n: 1 });
    await restartQueue();
    expect(await fetch('w')).toEqual({ n: 1 });
    const { id } = await keys.newestKey('A');
    expect(await keyIdsInLog('A')).toEqual([id]);
  });

  test('after a rotation old tasks are readable, and new ones have the new key', async () => {
    await add('old');
    const old = await keys.newestKey('A');
    await keys.expireNewestKey('A');
    await restartQueue();
    await add('new');
    expect([await fetch('w1'), await fetch('w2')]).toEqual(['old', 'new']);
    const newest = await keys.newestKey('A');
    expect(newest.id).not.toBe(old.id);
    expect(await keyIdsInLog('A')).toEqual([old.id, newest.id]);
  });

  test('owners have different keys, and one is not given tasks of the other', async () => {
    await add('of A', 'A');
    expect(await fetch('w', 'B')).toBeNull();
    await add('of B', 'B');
    expect(await fetch('w', 'B')).toBe('of B');
    const [a, b] = [await keys.newestKey('A'), await keys.newestKey('B')];
    expect(a.key).not.toBe(b.key);
    expect([await keyIdsInLog('A'), await keyIdsInLog('B')]).toEqual([[a.id], [b.id]]);
  });

  test("a payload moved to another owner opens with neither owner's key", async () => {
    const getOek = keysFrom(queueNode, { name: 'keys', timeoutMs: 5_000 });
    const vault = createVault(createKeyServiceSource(getOek));
    const ofA = { ...queueOf('A', 's'), segment: segment(0), index: 1, type: 'Added', leaseId: '' };
    const ofB = { ...ofA, ...queueOf('B', 's') } as Place;
    const sealer = await vault.sealer(ofA.ownerId);
    const payload = sealer.seal(ofA as Place, { value: Buffer.from('secret') });
    const keyOfB = await keys.newestKey('B');
    const open = async (place: Place, keyId: string) => vault.open(place, keyId, payload, 'value');
    expect(String(await open(ofA as Place, sealer.keyId))).toBe('secret');
    await expect(open(ofB, sealer.keyId)).rejects.toMatchObject({ type: 'KeyUnavailable' });
    await expect(open(ofB, keyOfB.id)).rejects.toThrow(PayloadUnreadable);
  });

  test.each(['sealed', 'unsealed with a share too few', 'away'])(
    'while it is %s nothing is added or leased, and then all goes on',
    async (state) => {
      await add('before');
      await keys.stop();
      if (state !== 'away') await keys.startSealed();
      if (state === 'unsealed with a share too few') await keys.unseal(2);
      await restartQueue();

      await expect(add('meanwhile')).rejects.toMatchObject(unavailable);
      await expect(fetch('w')).rejects.toMatchObject(unavailable);
      expect(await call('info', {}, 'A')).toMatchObject({ INDEX: '1', FETCHED: '0', leased: 0 });

      if (state === 'away') await keys.startSealed();
      await keys.unseal();
      await queueNode.waitForServices('keys', 5_000, 10);
      expect(await fetch('w')).toBe('before');
      expect(await add('after')).toBe(true);
    },
  );

  test('an owner whose keys were destroyed goes on with a new one; old tasks can be acked', async () => {
    await add('lost');
    await keys.destroyKeys('A');
    await restartQueue();
    await add('new');
    await expect(fetch('w')).rejects.toMatchObject({
      ...unavailable,
      data: { reason: 'unreachable', index: 1 },
    });
    expect(await call('ack', { workerId: 'w', error: 'unreadable' }, 'A')).toBe(true);
    expect(await fetch('w')).toBe('new');
  });
});
