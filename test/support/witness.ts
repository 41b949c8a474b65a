import type { LeaseId } from '../../src/domain';
import { QUEUE } from './world';
import type { TestNode, World } from './world';

/** Remembers what clients were told, and checks after a drain that all of it was kept. */
export class Witness {
  private readonly maybe = new Set<number>();
  private readonly confirmed = new Set<number>();
  private readonly maybeAcked = new Set<number>();
  private readonly acked = new Set<number>();

  constructor(private readonly world: World) {}

  /** Adds a value; what is confirmed must be delivered, what is unknown may be. */
  async add(node: TestNode, value: number, token?: unknown): Promise<void> {
    this.maybe.add(value);
    await node.add(value, token);
    this.confirmed.add(value);
  }

  async fetch(node: TestNode, worker: string): Promise<{ value: number; leaseId: LeaseId } | null> {
    const ackedBefore = new Set(this.acked);
    const delivery = await node.fetch(worker);
    if (!delivery) return null;
    const value = delivery.value as number;
    if (!this.maybe.has(value)) {
      throw new Error(`value ${String(value)} was delivered but never added`);
    }
    if (ackedBefore.has(value))
      throw new Error(`P2: value ${String(value)} was delivered after its ack was confirmed`);
    await this.checkLogged(value, delivery.index, delivery.leaseId);
    return { value, leaseId: delivery.leaseId };
  }

  async ack(
    node: TestNode,
    worker: string,
    task: { value: number; leaseId: LeaseId },
  ): Promise<boolean> {
    this.maybeAcked.add(task.value);
    const done = await node.ack(worker, task.leaseId);
    if (done) this.acked.add(task.value);
    return done;
  }

  /** A rewind over everything: while it is under way an ack may count or not, afterwards none does. */
  async rewind(node: TestNode): Promise<void> {
    this.acked.clear();
    await node.rewind(0);
    this.maybeAcked.clear();
  }

  /** A fresh node takes all that is left; then nothing may be missing. */
  async drain(node: TestNode): Promise<void> {
    this.world.advance(60_000);
    await node.runJobs();
    await node.runJobs();
    const drained = new Set<number>();
    for (let tries = 0; ; tries++) {
      if (tries > 1000) throw new Error('the queue does not drain');
      const task = await this.fetch(node, 'drainer');
      if (!task) break;
      drained.add(task.value);
      if (!(await this.ack(node, 'drainer', task))) throw new Error('the drainer lost its lease');
    }
    for (const value of this.confirmed) {
      if (!drained.has(value) && !this.acked.has(value) && !this.maybeAcked.has(value)) {
        throw new Error(`P1: value ${String(value)} was confirmed and is lost`);
      }
    }
    this.world.advance(60_000); // what a rebuild found pending is looked at by now
    await node.runJobs();
    const { counts } = await node.queue.info(QUEUE);
    if (counts.leased + counts.waiting + counts.pending > 0) {
      throw new Error(`drained, but the projection counts ${JSON.stringify(counts)}`);
    }
  }

  private async checkLogged(value: number, index: number, leaseId: LeaseId): Promise<void> {
    const rows = await this.world.log.read(QUEUE, [{ from: index, to: index }]);
    const logged = rows.some(({ event }) => event.type === 'Fetched' && event.leaseId === leaseId);
    if (!logged)
      throw new Error(`P3: value ${String(value)} was delivered, its Fetched is not in the log`);
  }
}
