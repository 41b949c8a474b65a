import { Redis } from 'ioredis';
import type { Projection } from '../../domain';
import { connected } from './connected';
import { redisProjection } from './redisProjection';
import { checkServer } from './checkServer';

export interface RedisOptions {
  /** redis://user:password@host:port/db, or rediss: for TLS. */
  readonly url: string;
  /** In front of every key. Default `flow`. */
  readonly prefix?: string;
  /** How long the start waits for the server. Milliseconds, default 10,000. */
  readonly connectTimeoutMs?: number;
  /** How long a call may take before its outcome counts as unknown. Milliseconds, default 5,000. */
  readonly commandTimeoutMs?: number;
}

/** Rejects with RedisUnreachable or RedisUnsuitable, which say what to do. */
export async function openRedisProjection({
  url,
  prefix = 'flow',
  connectTimeoutMs = 10_000,
  commandTimeoutMs = 5000,
}: RedisOptions): Promise<Projection> {
  const client = connect(url, commandTimeoutMs);
  try {
    await connected(client, connectTimeoutMs);
    await checkServer(client);
  } catch (error) {
    client.disconnect();
    throw error;
  }
  return redisProjection(client, { prefix });
}

/** A client that sends nothing twice, and nothing late: a round may only be repeated by who knows it. */
export const connect = (url: string, commandTimeoutMs: number): Redis =>
  new Redis(url, {
    lazyConnect: true,
    autoResendUnfulfilledCommands: false,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: commandTimeoutMs,
    // How long a disconnect may keep the process; the default of 2 s passes where the server is gone.
    disconnectTimeout: 200,
    retryStrategy: (attempt) => Math.min(50 * attempt, 1000),
  });
