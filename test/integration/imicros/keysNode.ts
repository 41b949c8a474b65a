import { randomBytes } from 'node:crypto';
import type { BrokerOptions, Middleware, Service, ServiceBroker, ServiceSchema } from 'moleculer';
import { Master } from 'imicros-keys';
import { newKeyspace, runCql } from '../../support/cassandra/keyspace';
import type { CassandraAddress } from '../../support/servers';
import { Brokers } from '../service/brokers';

const MASTER_TOKEN = randomBytes(16).toString('hex');
const SHARES_NEEDED = 3;

let nodes = 0;

/** In this process; a name is not used twice, since a stopped node may still send what it is. */
export const oneMoreNode = (): BrokerOptions =>
  ({
    nodeID: `node-${++nodes}`,
    transporter: 'fake',
    // Tells of new services without waiting a second for more.
    transit: { serviceChangedDebounceTime: 1 },
  }) as object;

/**
 * Unsealed, imicros-keys makes its service `keys` by createService(schema, changes); Moleculer 0.15
 * passes over the changes, and without them the service knows neither its master nor its keyspace.
 */
const withChanges = {
  createService:
    (next: ServiceBroker['createService']) =>
    (schema: ServiceSchema, changes?: Partial<ServiceSchema>): Service =>
      next(changes === undefined ? schema : ({ ...changes, mixins: [schema] } as ServiceSchema)),
} as object as Middleware;

interface OwnerKey {
  readonly id: string;
  readonly key: string;
}

/** A node with imicros-keys, as its README says: sealed after each start until three shares came. */
export class KeysNode {
  private readonly brokers = new Brokers();
  private broker: ServiceBroker | undefined;
  private shares: readonly string[] = [];

  private readonly keyspace = newKeyspace();

  constructor(private readonly server: CassandraAddress) {}

  /** With a keyspace and a master key of its own, and unsealed. */
  async create(): Promise<void> {
    const replication = `{'class': 'NetworkTopologyStrategy', '${this.server.localDataCenter}': 1}`;
    await runCql(this.server, `CREATE KEYSPACE ${this.keyspace} WITH replication = ${replication}`);
    await this.startSealed();
    const init = await this.call<{ shares: string[] }>('master.init', { token: MASTER_TOKEN });
    this.shares = init.shares;
    await this.unseal();
  }

  async startSealed(): Promise<void> {
    await this.stop();
    process.env['MASTER_TOKEN'] = MASTER_TOKEN;
    this.broker = await this.brokers.start([this.master()], {
      ...oneMoreNode(),
      middlewares: [withChanges],
    });
  }

  /** One share less than needed leaves it sealed. */
  async unseal(shares = SHARES_NEEDED): Promise<void> {
    for (const share of this.shares.slice(0, shares)) {
      await this.call('master.unseal', { nodeID: this.broker!.nodeID, share });
    }
    if (shares === SHARES_NEEDED) await this.broker!.waitForServices('keys', 20_000, 10);
  }

  stop(): Promise<void> {
    return this.brokers.stop();
  }

  async drop(): Promise<void> {
    await this.stop();
    await runCql(this.server, `DROP KEYSPACE IF EXISTS ${this.keyspace}`);
  }

  /** What imicros-keys gives now for new writes of the owner. */
  newestKey(ownerId: string): Promise<OwnerKey> {
    return this.call('keys.getOek', { service: 'worker.queue' }, { acl: { ownerId } });
  }

  /** As if its expirationDays, one at least, had passed for the newest key: the next call makes another. */
  async expireNewestKey(ownerId: string): Promise<void> {
    const where = `WHERE owner = '${ownerId}' AND service = 'worker.queue'`;
    const table = `${this.keyspace}.keys`;
    const rows = await runCql(this.server, `SELECT keychain FROM ${table} ${where}`);
    const { default: newest } = rows[0]!['keychain'] as { default: string };
    const key = JSON.parse(Buffer.from(newest, 'base64').toString()) as object;
    const expired = Buffer.from(JSON.stringify({ ...key, exp: 1 })).toString('base64');
    await runCql(this.server, `UPDATE ${table} SET keychain['default'] = '${expired}' ${where}`);
  }

  async destroyKeys(owner: string): Promise<void> {
    await this.call('keys.deleteOwner', { owner });
  }

  private master(): ServiceSchema {
    const { contactPoints, localDataCenter: datacenter } = this.server;
    const cassandra = {
      contactPoints: contactPoints.join(','),
      datacenter,
      keyspace: this.keyspace,
    };
    // The package writes into its settings: new ones for each start.
    return { ...Master, settings: { cassandra } } as object as ServiceSchema;
  }

  private call<T>(action: string, params: object, meta: object = {}): Promise<T> {
    return this.broker!.call(action, params, { meta });
  }
}
