import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import type { BrokerOptions } from 'moleculer';
import { ServiceBroker } from 'moleculer';
import type { Servers } from '../../../src';
import { migrateCassandra } from '../../../src';
import { newKeyspace, optionsOf } from '../../support/cassandra/keyspace';
import { freePort } from '../../support/freePort';
import type { QueueClient } from '../../support/load';
import { Load } from '../../support/load';
import type { QueueNode } from '../../support/queueNode';
import { startQueueNode } from '../../support/queueNode';
import type { RedisServer } from '../../support/redisServer';
import { startRedis } from '../../support/redisServer';
import { describeOnServers, SERVER_START_MS, shared } from '../../support/servers';
import { until } from '../../support/until';

const NODES = ['a', 'b', 'client'] as const;
const CALL_MS = 2_000;

/** Nodes that find each other over TCP, without a broadcast. */
async function brokerOptions(): Promise<(nodeID: (typeof NODES)[number]) => BrokerOptions> {
  const ports = await Promise.all(NODES.map(freePort));
  const urls = NODES.map((node, i) => `127.0.0.1:${String(ports[i])}/${node}`);
  return (nodeID) => ({
    nodeID,
    logger: false,
    // Its types know one address only.
    transporter: {
      type: 'TCP',
      options: {
        port: ports[NODES.indexOf(nodeID)] ?? 0,
        urls: urls as unknown as string,
        udpDiscovery: false,
        useHostname: false,
      },
    },
    requestTimeout: CALL_MS,
    heartbeatInterval: 1,
    heartbeatTimeout: 3,
    registry: { stopDelay: 0 },
    skipProcessEventRegistration: true,
  });
}

const key = randomBytes(32);
const keyService = {
  name: 'keys',
  actions: { getOek: () => ({ id: 'k1', key: key.toString('base64') }) },
};

describeOnServers('two service processes on one queue, over TCP', () => {
  let redis: RedisServer;
  let servers: Servers;
  let client: ServiceBroker;
  let optionsFor: (nodeID: (typeof NODES)[number]) => BrokerOptions;
  let running: QueueNode[] = [];

  beforeAll(async () => {
    const cassandra = optionsOf(await shared('cassandra'), newKeyspace());
    await migrateCassandra(cassandra);
    redis = await startRedis();
    servers = { cassandra, redis: { url: redis.url } };
  }, SERVER_START_MS);
  afterAll(() => redis.stop());

  beforeEach(async () => {
    optionsFor = await brokerOptions();
    client = new ServiceBroker(optionsFor('client'));
    client.createService(keyService);
    await client.start();
    running = await Promise.all([start('a'), start('b')]);
  }, 60_000);
  afterEach(async () => {
    await Promise.all(running.splice(0).map((node) => node.kill()));
    await client.stop();
  });

  /** Resolves when this client and the node know each other. */
  const start = async (nodeID: 'a' | 'b'): Promise<QueueNode> => {
    const node = await startQueueNode({ broker: optionsFor(nodeID), servers });
    await until(async () => (await callsTo('warm-up', nodeID).add(0)) === true);
    return node;
  };

  /** Calls go to one node, or in turn. */
  const callsTo = (serviceId: string, nodeID?: string): QueueClient => {
    const call = <T>(action: string, params: object): Promise<T> =>
      client.call(
        `worker.queue.${action}`,
        { serviceId, ...params },
        { meta: { ownerId: 'owner' }, ...(nodeID === undefined ? {} : { nodeID }) },
      );
    return {
      add: (value) => call('add', { value }),
      fetch: (workerId) => call('fetch', { workerId, details: true, timeToRecover: 60_000 }),
      ack: (workerId, leaseId) => call('ack', { workerId, leaseId }),
    };
  };
  const workersOf = (queue: QueueClient) => ({ w1: queue, w2: queue, w3: queue, w4: queue });

  it('a worker is known to both: the same task, its ack, and nothing twice', async () => {
    const [a, b] = [callsTo('pair', 'a'), callsTo('pair', 'b')];
    await a.add(1);
    await b.add(2);
    const task = await a.fetch('w');
    expect(await b.fetch('w')).toMatchObject({ value: 1, leaseId: task?.leaseId });
    expect((await b.fetch('x'))?.value).toBe(2);
    expect(await b.ack('w', String(task?.leaseId))).toBe(true);
    expect(await a.ack('w', String(task?.leaseId))).toBe(false);
    expect(await a.fetch('w')).toBeNull();
  });

  it('kill -9 of one under load, and its return: nothing confirmed is lost, nothing acked comes back', async () => {
    const queue = callsTo('load');
    const load = new Load();
    load.start([queue, queue, queue], workersOf(queue));
    await load.confirmed(100, 100);
    await running[0]?.kill();
    await load.confirmed(100, 100);
    running[0] = await start('a');
    await load.confirmed(100, 100);
    await load.stop();
    await load.drain(callsTo('load', 'a'));
  }, 90_000);

  it('Redis emptied again and again under both: the same', async () => {
    const queue = callsTo('flushed');
    const load = new Load();
    const aside = new Redis(redis.url);
    load.start([queue, queue, queue], workersOf(queue));
    for (let i = 0; i < 3; i++) {
      await load.confirmed(50, 50);
      await aside.flushall();
    }
    await load.confirmed(50, 50);
    await load.stop();
    await load.drain(callsTo('flushed', 'b'));
    await aside.quit();
  }, 90_000);
});
