import { setTimeout as wait } from 'node:timers/promises';
import { Cluster, type Redis } from 'ioredis';
import { connected } from './connected';
import { isReply, RedisUnreachable, RedisUnsuitable, refusalOf } from './errors';
import { nameOf } from './nodes';
import { Script } from './script';

const MAJOR_MIN = 7;
const LOADING_POLL_MS = 50;

/** Connects, and looks at each setting without which a promise of the queue would not hold. */
export async function checkServers(client: Redis | Cluster, timeoutMs: number): Promise<void> {
  if (!(client instanceof Cluster)) {
    await connected(client, nameOf(client), timeoutMs);
    await checkServer(client, timeoutMs, false);
    return;
  }
  await connected(client, 'the addresses of the cluster', timeoutMs);
  const masters = client.nodes('master');
  if (masters.length === 0) {
    throw new RedisUnsuitable(
      'the cluster',
      'without slots',
      'Create it: redis-cli --cluster create.',
    );
  }
  for (const master of masters) {
    await connected(master, nameOf(master), timeoutMs);
    await checkServer(master, timeoutMs, true);
  }
}

async function checkServer(server: Redis, timeoutMs: number, inCluster: boolean): Promise<void> {
  const info = await loaded(server, timeoutMs);
  const version = fieldOf(info, 'redis_version');
  if (Number(version.split('.')[0]) < MAJOR_MIN) {
    throw unsuitable(server, 'the version', version, `Use Redis ${String(MAJOR_MIN)} or newer.`);
  }
  if (!inCluster && fieldOf(info, 'redis_mode') === 'cluster') {
    throw unsuitable(server, 'the mode', 'cluster', 'Set the cluster option.');
  }
  const policy = fieldOf(info, 'maxmemory_policy');
  if (policy !== 'noeviction') {
    throw unsuitable(
      server,
      'maxmemory-policy',
      policy,
      'Set it to noeviction: any other policy may remove a part of a queue at any moment.',
    );
  }
  const role = fieldOf(info, 'role');
  if (role !== 'master') {
    throw unsuitable(server, 'the role', `${role} (a replica)`, 'Set REDIS_URL to the master.');
  }
  // Scripts run, and may ask who the server is.
  await permitted(server, timeoutMs, new Script('identity').run(server, [], [0]));
}

/** Its INFO, once it has read its data. CONFIG may be forbidden where INFO is not. */
async function loaded(server: Redis, timeoutMs: number): Promise<string> {
  const given = AbortSignal.timeout(timeoutMs);
  for (;;) {
    const info = await permitted(server, timeoutMs, server.info());
    if (fieldOf(info, 'loading') !== '1') return info;
    if (given.aborted) throw new RedisUnreachable(nameOf(server), timeoutMs, new Error('LOADING'));
    await wait(LOADING_POLL_MS);
  }
}

async function permitted<T>(server: Redis, timeoutMs: number, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (isReply(error)) throw refusalOf(error) ?? error;
    // As with TLS 1.3, where a server looks at the client's certificate after the connection is there.
    throw new RedisUnreachable(nameOf(server), timeoutMs, new Error('it ended the connection'));
  }
}

const unsuitable = (server: Redis, setting: string, found: string, toDo: string) =>
  new RedisUnsuitable(`${setting} of ${nameOf(server)}`, found, toDo);

const fieldOf = (info: string, name: string): string =>
  new RegExp(`^${name}:(.*)\r?$`, 'm').exec(info)?.[1]?.trim() ?? 'unknown';
