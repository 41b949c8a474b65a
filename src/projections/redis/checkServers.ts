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
  for (const server of await mastersOf(client, timeoutMs)) {
    await checkServer(server, timeoutMs, client instanceof Cluster);
  }
}

/** The servers that hold queues, connected. */
export async function mastersOf(
  client: Redis | Cluster,
  timeoutMs: number,
): Promise<readonly Redis[]> {
  if (!(client instanceof Cluster)) {
    await connected(client, nameOf(client), timeoutMs);
    return [client];
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
  for (const master of masters) await connected(master, nameOf(master), timeoutMs);
  return masters;
}

async function checkServer(server: Redis, timeoutMs: number, inCluster: boolean): Promise<void> {
  const info = await loaded(server, timeoutMs);
  const [problem] = problemsIn(info, server, inCluster);
  if (problem) throw problem;
  // Scripts run, and may ask who the server is.
  await permitted(server, timeoutMs, new Script('identity').run(server, [], [0]));
}

/** What its INFO says against a server, the gravest first. */
export function problemsIn(info: string, server: Redis, inCluster: boolean): RedisUnsuitable[] {
  const problems: RedisUnsuitable[] = [];
  const version = fieldOf(info, 'redis_version');
  if (Number(version.split('.')[0]) < MAJOR_MIN) {
    const toDo = `Use Redis ${String(MAJOR_MIN)} or newer.`;
    problems.push(unsuitable(server, 'the version', version, toDo));
  }
  if (!inCluster && fieldOf(info, 'redis_mode') === 'cluster') {
    problems.push(unsuitable(server, 'the mode', 'cluster', 'Set the cluster option.'));
  }
  const policy = fieldOf(info, 'maxmemory_policy');
  if (policy !== 'noeviction') {
    const toDo =
      'Set it to noeviction: any other policy may remove a part of a queue at any moment.';
    problems.push(unsuitable(server, 'maxmemory-policy', policy, toDo));
  }
  const role = fieldOf(info, 'role');
  if (role !== 'master') {
    const toDo = 'Set REDIS_URL to the master.';
    problems.push(unsuitable(server, 'the role', `${role} (a replica)`, toDo));
  }
  return problems;
}

/** Its INFO, once it has read its data. CONFIG may be forbidden where INFO is not. */
export async function loaded(server: Redis, timeoutMs: number): Promise<string> {
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

export const fieldOf = (info: string, name: string): string =>
  new RegExp(`^${name}:(.*)\r?$`, 'm').exec(info)?.[1]?.trim() ?? 'unknown';
