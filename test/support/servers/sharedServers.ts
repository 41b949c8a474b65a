import { cassandraInContainer, redisInContainer } from './containers';
import { ownCassandraServer } from '../cassandra/server';
import { startRedis } from '../redisServer';
import type { Addresses, CassandraAddress, RedisAddress, Started } from './addresses';

/** A way to a server; null: not here. */
type Way<Address> = () => Promise<Started<Address> | null>;

const ways: { readonly [Name in keyof Addresses]: readonly Way<Addresses[Name]>[] } = {
  cassandra: [cassandraGiven, cassandraInContainer, () => ownCassandraServer()],
  redis: [redisGiven, redisInContainer, () => startRedis()],
};

/** The servers that all suites of a run share, each started when it is first asked for. */
export class SharedServers {
  private readonly started = new Map<keyof Addresses, Promise<Started<unknown>>>();

  async get<Name extends keyof Addresses>(name: Name): Promise<Addresses[Name]> {
    let server = this.started.get(name) as Promise<Started<Addresses[Name]>> | undefined;
    if (!server) {
      server = firstWay(ways[name]);
      this.started.set(name, server);
    }
    const { stop: _, ...address } = await server;
    return address as unknown as Addresses[Name];
  }

  async stop(): Promise<void> {
    const servers = await Promise.allSettled(this.started.values());
    for (const server of servers) if (server.status === 'fulfilled') await server.value.stop();
  }
}

async function firstWay<Address>(all: readonly Way<Address>[]): Promise<Started<Address>> {
  for (const way of all) {
    const server = await way();
    if (server) return server;
  }
  throw new Error('The last way starts a server or says what is missing');
}

const staysThere = async (): Promise<void> => undefined;

async function cassandraGiven(): Promise<Started<CassandraAddress> | null> {
  const given = process.env['CASSANDRA_CONTACT_POINTS'];
  if (!given) return null;
  return {
    contactPoints: given.split(',').map((place) => place.trim()),
    localDataCenter: process.env['CASSANDRA_LOCAL_DATACENTER'] ?? 'datacenter1',
    stop: staysThere,
  };
}

async function redisGiven(): Promise<Started<RedisAddress> | null> {
  const url = process.env['REDIS_URL'];
  return url ? { url, stop: staysThere } : null;
}
