import { setTimeout as wait } from 'node:timers/promises';
import type { WorkQueue } from '../../src/commands/workQueue';
import type { LeaseId, Projection, QueueId, WorkerId } from '../../src/domain';
import { QueueError } from '../../src/domain';
import { World } from './world';

const TTR_MS = 60_000;
const TRIES_MAX = 400;

/** Does a call again while the server is away or the queue is rebuilt, as a client does. */
export async function again<T>(call: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await call();
    } catch (error) {
      if (tries >= TRIES_MAX || !(error instanceof QueueError) || !error.retryable) throw error;
      await wait(50);
    }
  }
}

/** Nodes on one log in SQLite, each with a projection of its own on a Redis. */
export class RedisNodes {
  private readonly world = new World();
  private readonly opened: Projection[] = [];

  node(projection: Projection): WorkQueue {
    this.opened.push(projection);
    return this.world.node((ports) => ({ ...ports, projection, wait })).queue;
  }

  async dispose(): Promise<void> {
    for (const projection of this.opened) await projection.close();
    await this.world.dispose();
  }
}

/** One queue as its clients use it, by any node. */
export class QueueInUse {
  constructor(readonly id: QueueId) {}

  add(node: WorkQueue, value: number): Promise<true> {
    return node.add(this.id, { value });
  }

  async fetch(node: WorkQueue, worker: string) {
    const workerId = worker as WorkerId;
    return node.fetch(this.id, { workerId, timeToRecoverMs: TTR_MS, recoverBy: 'lease' });
  }

  ack(node: WorkQueue, worker: string, leaseId?: LeaseId): Promise<boolean> {
    return node.ack(this.id, {
      workerId: worker as WorkerId,
      completed: () => Promise.resolve(),
      ...(leaseId ? { leaseId } : {}),
    });
  }

  /** Ten tasks: 1 acked, 2 held by w2, 3 held by w3, the rest waiting. The lease of w2. */
  async fill(node: WorkQueue): Promise<LeaseId | undefined> {
    for (let i = 1; i <= 10; i++) await this.add(node, i);
    await this.fetch(node, 'w1');
    const second = await this.fetch(node, 'w2');
    await this.fetch(node, 'w3');
    await this.ack(node, 'w1');
    return second?.leaseId;
  }

  /** All that is left, in order, each acked. */
  async drain(node: WorkQueue): Promise<unknown[]> {
    const drained: unknown[] = [];
    for (;;) {
      const task = await this.fetch(node, 'drainer');
      if (!task) return drained;
      drained.push(task.value);
      await this.ack(node, 'drainer');
    }
  }

  /** After `fill`, whatever happened to Redis since; the first call may have to wait. */
  async expectNothingLost(node: WorkQueue, lease: LeaseId | undefined): Promise<void> {
    const info = await again(() => node.info(this.id));
    expect(info).toMatchObject({ published: 10, fetched: 3, counts: { waiting: 7, leased: 2 } });
    expect((await this.fetch(node, 'w2'))?.leaseId).toBe(lease);
    expect(await this.ack(node, 'w2', lease)).toBe(true);
    expect(await this.ack(node, 'w3')).toBe(true);
    expect(await this.drain(node)).toEqual([4, 5, 6, 7, 8, 9, 10]);
  }
}
