import { setTimeout as wait } from 'node:timers/promises';

/** A queue as an external worker sees it. Values are numbers, each added once. */
export interface QueueClient {
  add(value: number): Promise<unknown>;
  fetch(workerId: string): Promise<{ value: unknown; leaseId: string } | null>;
  ack(workerId: string, leaseId: string): Promise<boolean>;
}

const PAUSE_MS = 10;

class BrokenPromise extends Error {}

/**
 * Producers and workers that go on through errors, as clients do, and remember what they were told.
 * Throws where an answer breaks a promise.
 */
export class Load {
  readonly added = new Set<number>();
  readonly acked = new Set<number>();
  private readonly maybeAdded = new Set<number>();
  private readonly maybeAcked = new Set<number>();
  private readonly workers = new Set<string>();
  private last = 0;
  private stopping = false;
  private clients: Promise<void>[] = [];

  start(producers: readonly QueueClient[], workers: Readonly<Record<string, QueueClient>>): void {
    this.stopping = false;
    for (const workerId of Object.keys(workers)) this.workers.add(workerId);
    this.clients = [
      ...producers.map((client) => this.goOn(() => this.produce(client))),
      ...Object.entries(workers).map(([workerId, client]) =>
        this.goOn(() => this.work(client, workerId)),
      ),
    ];
  }

  /** Resolves once so many more adds and acks are confirmed. */
  async confirmed(adds: number, acks: number): Promise<void> {
    const [addsThen, acksThen] = [this.added.size + adds, this.acked.size + acks];
    const ended = Promise.all(this.clients);
    while (this.added.size < addsThen || this.acked.size < acksThen) {
      await Promise.race([ended, wait(PAUSE_MS)]);
    }
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all(this.clients.splice(0));
  }

  /** The workers come back for what they held, another takes the rest: nothing confirmed may be missing. */
  async drain(client: QueueClient): Promise<void> {
    const drained = new Set<number>();
    for (const workerId of [...this.workers, 'drainer']) {
      for (;;) {
        const task = await this.fetched(client, workerId);
        if (!task) break;
        drained.add(task.value);
        if (!(await client.ack(workerId, task.leaseId))) {
          throw new BrokenPromise(`${workerId} was refused the ack of its lease`);
        }
      }
    }
    const lost = [...this.added].filter(
      (value) => !drained.has(value) && !this.maybeAcked.has(value),
    );
    if (lost.length > 0) throw new BrokenPromise(`lost: ${lost.join(', ')}`);
  }

  private async goOn(step: () => Promise<void>): Promise<void> {
    while (!this.stopping) {
      try {
        await step();
      } catch (error) {
        if (error instanceof BrokenPromise) throw error;
        await wait(PAUSE_MS);
      }
    }
  }

  private async produce(client: QueueClient): Promise<void> {
    const value = ++this.last;
    this.maybeAdded.add(value);
    await client.add(value);
    this.added.add(value);
  }

  private async work(client: QueueClient, workerId: string): Promise<void> {
    const task = await this.fetched(client, workerId);
    if (!task) {
      await wait(PAUSE_MS);
      return;
    }
    this.maybeAcked.add(task.value);
    if (await client.ack(workerId, task.leaseId)) this.acked.add(task.value);
  }

  private async fetched(client: QueueClient, workerId: string) {
    const ackedBefore = new Set(this.acked);
    const task = await client.fetch(workerId);
    if (!task) return null;
    const value = task.value as number;
    if (!this.maybeAdded.has(value)) throw new BrokenPromise(`${String(value)} was never added`);
    if (ackedBefore.has(value)) throw new BrokenPromise(`${String(value)} came back after its ack`);
    return { value, leaseId: task.leaseId };
  }
}
