import type { ClusterOptions, RedisOptions } from 'ioredis';
import { Cluster, Redis } from 'ioredis';
import type { Address, Target } from './address';

const retryDelayMs = (attempt: number): number => Math.min(50 * attempt, 1000);

/** Nothing is sent twice, and nothing late: a round may only be repeated by who knows it. */
const safety = ({ username, password, tls }: Target, commandTimeoutMs: number) =>
  ({
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls === null ? {} : { tls }),
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    commandTimeout: commandTimeoutMs,
    // How long a disconnect may keep the process; the default of 2 s passes where the server is gone.
    disconnectTimeout: 200,
    // It warns on the console where INFO is denied; the start checks more, and LOADING is an answer.
    enableReadyCheck: false,
  }) satisfies RedisOptions;

export function serverClient(target: Target, commandTimeoutMs: number): Redis {
  const [address] = target.addresses;
  return new Redis({
    ...address,
    ...safety(target, commandTimeoutMs),
    db: target.db,
    lazyConnect: true,
    enableOfflineQueue: false,
    retryStrategy: retryDelayMs,
  });
}

const CLUSTER: ClusterOptions = {
  lazyConnect: true,
  enableOfflineQueue: false,
  enableReadyCheck: false,
  clusterRetryStrategy: retryDelayMs,
  // MOVED, ASK and TRYAGAIN refuse a command before anything is done. What was under way on a
  // connection that closed may be done, so it is not sent again; nor is what the cluster is down for.
  maxRedirections: 5,
  retryDelayOnTryAgain: 20,
  retryDelayOnFailover: 0,
  retryDelayOnClusterDown: 0,
  // A master that hangs keeps its connection: only this tells that another has taken its slots.
  slotsRefreshInterval: 5000,
};

export function clusterClient(target: Target, commandTimeoutMs: number): Cluster {
  const client = new Cluster(target.addresses.map(copyOf), {
    ...CLUSTER,
    redisOptions: safety(target, commandTimeoutMs),
  });
  // The pool turns the queue on for each node, and connects only when a command comes.
  client.on('+node', (node: Redis) => {
    node.options.enableOfflineQueue = false;
    node.connect().catch(() => undefined); // emitted as 'node error', too
  });
  return client;
}

const copyOf = ({ host, port }: Address): Address => ({ host, port });
