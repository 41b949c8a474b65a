import type { Job } from 'bullmq';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { VALUE } from '../value';
import type { BenchQueue } from '../benchQueue';
import type { Contender } from './contender';
import { untilTaken } from './contender';

/** Stays within JSON at the size of the value: BullMQ stores what is added as JSON. */
export type BullMqJob = Job<string, null>;

export const bullMq = (appendFsync: 'always' | 'everysec'): Contender => ({
  name: `BullMQ, appendfsync ${appendFsync}`,
  family: 'bullmq',
  async open(servers) {
    const args = ['--appendonly', 'yes', '--appendfsync', appendFsync];
    const { url, pid } = await servers.redis(`BullMQ, appendfsync ${appendFsync}`, args);
    return {
      configuration:
        `Redis, ${await persistenceOf(url)}; add, getNextJob, moveToCompleted by hand; ` +
        'one connection to add and one to take, completed jobs removed',
      pids: [pid],
      newQueue: () => openBullMq(url),
      close: async () => undefined,
    };
  },
});

export class BullMqQueue implements BenchQueue {
  constructor(
    readonly queue: Queue<string, null>,
    private readonly worker: Worker<string, null>,
  ) {}

  add(): Promise<unknown> {
    return this.queue.add('task', VALUE);
  }

  take(caller: number): Promise<BullMqJob> {
    return untilTaken(() => this.worker.getNextJob(tokenOf(caller), { block: false }));
  }

  async takeAndFinish(caller: number): Promise<void> {
    const job = await this.take(caller);
    if (job.data !== VALUE) throw new Error('a job does not carry what was added');
    await job.moveToCompleted(null, tokenOf(caller), false);
  }

  async close(): Promise<void> {
    await this.worker.close();
    await this.queue.close();
  }
}

let queues = 0;

export async function openBullMq(url: string): Promise<BullMqQueue> {
  const name = `queue-${String(++queues)}`;
  const connection = { url, maxRetriesPerRequest: null };
  const queue = new Queue<string, null>(name, {
    connection,
    defaultJobOptions: { removeOnComplete: true },
  });
  // Without a function it takes nothing by itself.
  const worker = new Worker<string, null>(name, null, { connection });
  await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]);
  return new BullMqQueue(queue, worker);
}

const tokenOf = (caller: number): string => `caller-${String(caller)}`;

async function persistenceOf(url: string): Promise<string> {
  const client = new Redis(url);
  const [, appendOnly] = (await client.config('GET', 'appendonly')) as string[];
  const [, appendFsync] = (await client.config('GET', 'appendfsync')) as string[];
  await client.quit();
  return `appendonly ${String(appendOnly)}, appendfsync ${String(appendFsync)}`;
}
