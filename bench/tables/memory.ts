import { Redis } from 'ioredis';
import { startRedis } from '../../test/support/redisServer';
import { spreadOf } from '../measure';
import { openBullMq } from '../peers/bullMq';
import { usedBytes } from '../redisMemory';
import { loadQueue, opened } from '../started/loadQueue';
import type { ServersQueue } from '../started/serversQueue';
import { VALUE } from '../value';
import { serviceProcess } from './conditions';
import type { TablePlan } from './table';

const IN_FLIGHT = 1_000;
const BULK = 1_000;
const CALLERS = 64;
const MIB = 1024 * 1024;

/** What Redis needs for the same queue. */
export const redisMemory: TablePlan = {
  name: 'redis-memory',
  families: ['ours', 'bullmq'],
  async measure(run) {
    const waiting = run.settings.quick ? 20_000 : 1_000_000;
    const ours = await run.ours();
    const of = `bytes in Redis, ${String(waiting)} waiting and ${String(IN_FLIGHT)} in flight`;
    const [us, them] = [await ofOurs(ours, waiting), await ofBullMq(waiting)];
    return {
      title: 'Memory of Redis',
      rows: [
        {
          of,
          name: 'ours',
          ...spreadOf([us]),
          configuration: `${ours.configuration}; used_memory after a rebuild, less that without a queue`,
        },
        {
          of,
          name: 'BullMQ',
          ...spreadOf([them]),
          configuration: 'Redis, nothing on disk; used_memory, less that without a queue',
        },
      ],
      ratios: [
        { name: `${of}: ours to BullMQ`, value: us / them, must: 0.01, try: 0.001, atMost: true },
      ],
    };
  },
};

async function ofOurs(ours: ServersQueue, waiting: number): Promise<number> {
  const queue = await loadQueue(ours, 'memory', { acked: 0, waiting, leased: IN_FLIGHT });
  const redis = new Redis(ours.servers.redis.url);
  await redis.flushall();
  const empty = await usedBytes(redis);
  await opened(queue);
  const used = await usedBytes(redis);
  await redis.quit();
  return used - empty;
}

async function ofBullMq(waiting: number): Promise<number> {
  process.stderr.write(`adding ${String(waiting)} jobs ...\n`);
  const server = await startRedis();
  const redis = new Redis(server.url);
  const bullMq = await openBullMq(server.url);
  try {
    const empty = await usedBytes(redis);
    const jobs = Array.from({ length: BULK }, () => ({ name: 'task', data: VALUE }));
    for (let added = 0; added < waiting + IN_FLIGHT; added += BULK)
      await bullMq.queue.addBulk(jobs);
    for (let caller = 0; caller < IN_FLIGHT; caller++) await bullMq.take(caller);
    return (await usedBytes(redis)) - empty;
  } finally {
    await bullMq.close();
    await redis.quit();
    await server.stop();
  }
}

/** What a service process needs after it has done a lot. */
export const processMemory: TablePlan = {
  name: 'process-memory',
  families: ['ours'],
  async measure(run) {
    const [early, late] = run.settings.quick ? [1_000, 5_000] : [100_000, 1_000_000];
    const ours = await run.ours();
    const child = await serviceProcess(ours);
    const mibAfter = async (times: number): Promise<number> => {
      process.stderr.write(`${String(times)} cycles ...\n`);
      const serviceId = 'process-memory';
      const task = { serviceId, callers: CALLERS, firstCaller: 0, amount: { times } };
      return (await child.ask(task)).rssBytes / MIB;
    };
    try {
      const mib = { early: await mibAfter(early), late: await mibAfter(late - early) };
      const of = 'MiB of a service process (RSS)';
      const row = { of, configuration: `${ours.configuration}, 64 callers in the process` };
      return {
        title: 'Memory of a service process',
        rows: [
          { ...row, name: `ours, after ${String(early)} cycles`, ...spreadOf([mib.early]) },
          { ...row, name: `ours, after ${String(late)} cycles`, ...spreadOf([mib.late]) },
        ],
        ratios: [
          {
            name: `RSS after ${String(late)} cycles to that after ${String(early)}`,
            value: mib.late / mib.early,
            must: 1.1,
            try: 1,
            atMost: true,
          },
        ],
      };
    } finally {
      await child.stop();
    }
  },
};
