import { randomUUID } from 'node:crypto';
import { Cluster, type Redis } from 'ioredis';
import { targetOf } from './address';
import { fieldOf, loaded, mastersOf, problemsIn } from './checkServers';
import { clusterClient, serverClient } from './clients';
import type { RedisUnsuitable } from './errors';
import { isReply, refusalOf } from './errors';
import { nameOf } from './nodes';
import type { RedisOptions } from './openRedisProjection';

/** What is found out about one server, without a change of it. */
export interface RedisFacts {
  readonly address: string;
  readonly version: string;
  /** For which a start refuses it. */
  readonly problems: readonly RedisUnsuitable[];
  /** Commands that its user may not call. */
  readonly denied: readonly string[];
  /** Why it refuses writes at the moment: its last save to disk failed. */
  readonly failedSave: 'RDB' | 'append-only file' | null;
  readonly keeps: { readonly appendOnly: boolean };
  /** Milliseconds since 1970; null: TIME is denied. */
  readonly nowMs: number | null;
  readonly askedAtMs: number;
  readonly answeredAtMs: number;
}

/** All servers that hold queues. Rejects with RedisUnreachable, or RedisUnsuitable where none lets the user in. */
export async function examineRedis(options: RedisOptions): Promise<readonly RedisFacts[]> {
  const { cluster = false, prefix = 'flow', connectTimeoutMs = 10_000 } = options;
  const target = targetOf(options, cluster);
  const client = (cluster ? clusterClient : serverClient)(target, options.commandTimeoutMs ?? 5000);
  try {
    const facts: RedisFacts[] = [];
    for (const server of await mastersOf(client, connectTimeoutMs)) {
      facts.push(await factsOf(server, prefix, connectTimeoutMs, client instanceof Cluster));
    }
    return facts;
  } finally {
    client.disconnect();
  }
}

async function factsOf(
  server: Redis,
  prefix: string,
  timeoutMs: number,
  inCluster: boolean,
): Promise<RedisFacts> {
  const { denied, problem } = await rightsOf(server, prefix);
  const info = denied.includes('INFO') ? null : await loaded(server, timeoutMs);
  const field = (name: string): string => (info === null ? 'unknown' : fieldOf(info, name));
  const askedAtMs = Date.now();
  const nowMs = denied.includes('TIME') ? null : timeOf(await server.time());
  return {
    address: nameOf(server),
    version: field('redis_version'),
    problems: [
      ...(problem === null ? [] : [problem]),
      ...(info === null ? [] : problemsIn(info, server, inCluster)),
    ],
    denied,
    failedSave:
      field('rdb_last_bgsave_status') === 'err'
        ? 'RDB'
        : field('aof_last_write_status') === 'err'
          ? 'append-only file'
          : null,
    keeps: { appendOnly: field('aof_enabled') === '1' },
    nowMs,
    askedAtMs,
    answeredAtMs: Date.now(),
  };
}

/**
 * Asked by calls that change nothing: of a key that nobody has, and written only if it were there. Redis looks
 * at the rights before it looks at the key, and before it sends to the node that holds its slot.
 */
async function rightsOf(
  server: Redis,
  prefix: string,
): Promise<{ readonly denied: readonly string[]; readonly problem: RedisUnsuitable | null }> {
  const key = `${prefix}:{doctor}:${randomUUID()}`;
  const calls: readonly (readonly [name: string, call: () => Promise<unknown>])[] = [
    ['INFO', () => server.info('server')],
    ['TIME', () => server.time()],
    ['GET', () => server.get(key)],
    ['SET', () => server.set(key, '', 'XX')],
    ['HGETALL', () => server.hgetall(key)],
    ['HDEL', () => server.hdel(key, 'none')],
    ['ZRANGE', () => server.zrange(key, 0, 0)],
    ['ZREM', () => server.zrem(key, 'none')],
    ['PERSIST', () => server.persist(key)],
    ['UNLINK', () => server.unlink(key)],
    ['EVALSHA', () => server.evalsha('0'.repeat(40), 0)],
    ['EVAL', () => server.eval('return 1', 0)],
  ];
  const denied: string[] = [];
  let problem: RedisUnsuitable | null = null;
  for (const [name, call] of calls) {
    try {
      await call();
    } catch (error) {
      if (!isReply(error)) throw error;
      // Anything else, as NOSCRIPT or MOVED, comes after the rights were looked at.
      const refusal = refusalOf(error);
      if (refusal === null) continue;
      denied.push(name);
      problem ??= refusal;
    }
  }
  return { denied, problem };
}

const timeOf = ([seconds, micros]: readonly (string | number)[]): number =>
  Number(seconds) * 1000 + Math.floor(Number(micros) / 1000);
