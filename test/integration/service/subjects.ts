import { randomBytes } from 'node:crypto';
import { migrateCassandra } from '../../../src/log/cassandra';
import type { ServiceBroker } from 'moleculer';
import { QueueService } from '../../../src/service/queueService';
import { newKeyspace, optionsOf, runCql } from '../../support/cassandra/keyspace';
import { clientOf } from '../../support/redisQueue';
import { SERVER_START_MS, shared } from '../../support/servers';
import { Brokers } from './brokers';

/** What a contract of the actions is run on. */
export interface Subject {
  readonly options: Parameters<typeof QueueService>[0];
  dispose?(): Promise<unknown>;
}

export type Open = (brokers: Brokers) => Promise<Subject>;

const keys = new Map<string, Buffer>();
const keyService = {
  name: 'keys',
  actions: {
    getOek(ctx: { meta: { ownerId?: string }; params: { service: string; id?: string } }) {
      const owner = ctx.meta.ownerId;
      if (owner === undefined || ctx.params.service !== 'worker.queue')
        throw new Error('Wrong call');
      const key = keys.get(owner) ?? randomBytes(32);
      keys.set(owner, key);
      return { id: `key of ${owner}`, key };
    },
  },
};

export const onEmbedded: Open = async (brokers) => ({ options: { dataDir: brokers.folder() } });

export const onServers: Open = async () => {
  const keyspace = newKeyspace();
  const server = await shared('cassandra');
  const cassandra = optionsOf(server, keyspace);
  await migrateCassandra(cassandra);
  const redis = { url: (await shared('redis')).url, prefix: keyspace };
  return {
    options: { servers: { cassandra, redis } },
    dispose: () => Promise.all([runCql(server, `DROP KEYSPACE ${keyspace}`), emptied(redis)]),
  };
};

/** One service on it for all tests of a describe. */
export function useService(open: Open): () => ServiceBroker {
  const brokers = new Brokers();
  let subject: Subject;
  let broker: ServiceBroker;
  beforeAll(async () => {
    subject = await open(brokers);
    broker = await brokers.start([QueueService(subject.options), keyService]);
  }, SERVER_START_MS);
  afterAll(async () => {
    await brokers.stop();
    await subject.dispose?.();
  });
  return () => broker;
}

async function emptied({ url, prefix }: { url: string; prefix: string }): Promise<void> {
  const aside = await clientOf(url);
  const keys = await aside.keys(`${prefix}:*`);
  if (keys.length > 0) await aside.unlink(...keys);
  aside.disconnect();
}
