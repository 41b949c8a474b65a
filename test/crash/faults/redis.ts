import { copyFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { until } from '../../support/until';
import type { Stage } from '../stage/stage';
import type { Fault } from './nemesis';

const folderOf = async (aside: Redis): Promise<string> =>
  ((await aside.config('GET', 'dir')) as string[])[1] ?? '';

const flush: Fault = async ({ stage, fired }) => {
  await stage.aside.flushall();
  fired();
};

/** Without anything on disk it comes back empty. */
const restart: Fault = async ({ stage, fired }) => {
  await restarted(stage);
  fired();
};

async function restarted({ redis, aside }: Stage): Promise<void> {
  await redis.restart();
  await aside.ping();
}

/** It comes back with what it held some time ago: what was acked since is leased there, or waits. */
const olderData: Fault = async ({ stage, random, fired }) => {
  const { aside } = stage;
  const folder = await folderOf(aside);
  await until(async () => (await aside.dbsize()) > 0);
  await aside.save();
  const kept = join(folder, 'older.rdb');
  copyFileSync(join(folder, 'dump.rdb'), kept);
  await wait(200 + 800 * random());
  await stage.redis.kill();
  renameSync(kept, join(folder, 'dump.rdb'));
  await restarted(stage);
  // Nobody can have written since: a rebuild takes longer than the epoch lease.
  if ((await aside.dbsize()) > 0) fired();
  renameSync(join(folder, 'dump.rdb'), kept);
};

const lostKeys: Fault = async ({ stage: { aside }, random, fired }) => {
  let deleted = 0;
  for (let tries = 0; tries < 50 && deleted < 1 + 3 * random(); tries++) {
    const key = await aside.randomkey();
    if (key !== null) deleted += await aside.del(key);
    else await wait(50);
  }
  if (deleted > 0) fired();
};

const scriptFlush: Fault = async ({ stage: { aside }, fired }) => {
  await aside.script('FLUSH');
  fired();
};

/** Nothing that needs memory is taken any more. */
const outOfMemory: Fault = async ({ stage: { aside }, fired }) => {
  await aside.config('SET', 'maxmemory-policy', 'noeviction', 'maxmemory', '1');
  const before = await refusals(aside);
  for (let tries = 0; tries < 50 && (await refusals(aside)) === before; tries++) await wait(100);
  if ((await refusals(aside)) > before) fired();
  await aside.config('SET', 'maxmemory', '0');
};

const refusals = async (aside: Redis): Promise<number> =>
  Number(/errorstat_OOM:count=(\d+)/.exec(await aside.info('errorstats'))?.[1] ?? 0);

export const REDIS_FAULTS: Readonly<Record<string, Fault>> = {
  'redis flush': flush,
  'redis restart': restart,
  'redis keys deleted': lostKeys,
  'redis script flush': scriptFlush,
  'redis out of memory': outOfMemory,
};
export const OLDER_DATA: Readonly<Record<string, Fault>> = { 'redis older data': olderData };
