import type { ConnectionOptions } from 'node:tls';
import type { Projection } from '../../domain';
import { targetOf } from './address';
import { checkServers } from './checkServers';
import { clusterClient, serverClient } from './clients';
import { redisProjection } from './redisProjection';

export interface RedisOptions {
  /**
   * redis://user:password@host:port/db, or rediss: for TLS. With `cluster` one or more of them, comma
   * between: the client finds the other nodes, and signs in to each as the first address says.
   */
  readonly url: string;
  /** In place of those in the address. */
  readonly username?: string;
  readonly password?: string;
  /** Options of Node's tls.connect; also turns TLS on where the address does not. */
  readonly tls?: ConnectionOptions;
  /** The address is of a Redis Cluster. Default false. */
  readonly cluster?: boolean;
  /** In front of every key. Default `flow`. */
  readonly prefix?: string;
  /** How long the start waits for each server. Milliseconds, default 10,000. */
  readonly connectTimeoutMs?: number;
  /** How long a call may take before its outcome counts as unknown. Milliseconds, default 5,000. */
  readonly commandTimeoutMs?: number;
}

/** Rejects with RedisUnreachable or RedisUnsuitable, which say what to do. */
export async function openRedisProjection(options: RedisOptions): Promise<Projection> {
  const { cluster = false, prefix = 'flow', connectTimeoutMs = 10_000 } = options;
  const { commandTimeoutMs = 5000 } = options;
  const target = targetOf(options, cluster);
  const client = (cluster ? clusterClient : serverClient)(target, commandTimeoutMs);
  try {
    await checkServers(client, connectTimeoutMs);
  } catch (error) {
    client.disconnect();
    throw error;
  }
  return redisProjection(client, { prefix });
}
