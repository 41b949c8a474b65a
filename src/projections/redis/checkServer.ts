import type { Redis } from 'ioredis';
import { isReply, RedisUnsuitable } from './errors';
import { Script } from './script';

const MAJOR_MIN = 7;

/** Each setting without which a promise of the queue would not hold. */
export async function checkServer(client: Redis): Promise<void> {
  const info = await readInfo(client);
  const version = fieldOf(info, 'redis_version');
  if (Number(version.split('.')[0]) < MAJOR_MIN) {
    throw new RedisUnsuitable('its version', version, `Use Redis ${String(MAJOR_MIN)} or newer.`);
  }
  const policy = fieldOf(info, 'maxmemory_policy');
  if (policy !== 'noeviction') {
    throw new RedisUnsuitable(
      'maxmemory-policy',
      policy,
      'Set it to noeviction: any other policy may remove a part of a queue at any moment.',
    );
  }
  await checkScripts(client);
}

/** The server and memory sections: CONFIG may be forbidden where INFO is not. */
async function readInfo(client: Redis): Promise<string> {
  try {
    return (await client.info('server')) + (await client.info('memory'));
  } catch (error) {
    throw withoutPermission(error);
  }
}

/** Scripts run, and may ask who the server is. */
async function checkScripts(client: Redis): Promise<void> {
  try {
    await new Script('identity').run(client, [], [0]);
  } catch (error) {
    throw withoutPermission(error);
  }
}

const fieldOf = (info: string, name: string): string =>
  new RegExp(`^${name}:(.*)\r?$`, 'm').exec(info)?.[1]?.trim() ?? 'unknown';

const withoutPermission = (error: unknown): unknown =>
  isReply(error) && /NOPERM|ACL failure|no permissions/i.test(error.message)
    ? new RedisUnsuitable(
        'the ACL of its user',
        `too narrow (${error.message})`,
        'Allow the user INFO, EVAL and EVALSHA besides the commands for data: ' +
          '+info +eval +evalsha +time +@hash +@sortedset +@keyspace.',
        error,
      )
    : error;
