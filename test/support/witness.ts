import type { LeaseId } from '../../src/domain';
import { QUEUE } from './world';
import type { TestNode, World } from './world';

/** What a worker was given. */
export interface Given {
  readonly value: number;
  readonly index: number;
  readonly leaseId: LeaseId;
  readonly leaseUntil: number;
}

/**
 * Remembers what clients were told and throws where a later answer breaks a promise of it. Values are
 * numbers, each added once.
 */
export class Witness {
  private readonly maybeAdded = new Set<number>();
  private readonly added = new Set<number>();
  private readonly maybeAcked = new Map<number, Given>();
  private readonly acked = new Map<number, Given>();
  /** An ack of these was tried: whatever its outcome, it may have ended the lease. */
  private readonly ackTried = new Set<LeaseId>();
  /** What each worker holds as far as it knows. */
  readonly held = new Map<string, Given>();

  constructor(private readonly world: World) {}

  async add(node: TestNode, value: number, token?: unknown): Promise<void> {
    this.maybeAdded.add(value);
    await node.add(value, token);
    this.added.add(value);
  }

  async fetch(node: TestNode, worker: string): Promise<Given | null> {
    const ackedBefore = new Set(this.acked.keys());
    const held = this.heldFor(worker);
    const delivery = await node.fetch(worker);
    if (!delivery) {
      if (held) throw new Error(`P4: ${worker} holds ${String(held.value)} and was given nothing`);
      return null;
    }
    const given: Given = { ...delivery, value: delivery.value as number };
    const name = `value ${String(given.value)}`;
    if (!this.maybeAdded.has(given.value)) throw new Error(`${name} was delivered but never added`);
    if (ackedBefore.has(given.value) && this.acked.has(given.value)) {
      throw new Error(
        `P2: ${name} was delivered by a fetch that began after its ack was confirmed`,
      );
    }
    if (held && this.heldFor(worker) === held && held.value !== given.value) {
      throw new Error(`P4: ${worker} holds ${String(held.value)} and was given ${name}`);
    }
    for (const other of this.held.keys()) {
      if (other !== worker && this.heldFor(other)?.value === given.value) {
        throw new Error(`${name} was given to ${worker} while ${other} holds it`);
      }
    }
    await this.checkLogged(given);
    this.held.set(worker, given);
    return given;
  }

  /** Acks what the worker holds; false: it holds nothing, or lost it. */
  async ack(node: TestNode, worker: string): Promise<boolean> {
    const given = this.held.get(worker);
    if (!given) return false;
    const live = this.heldFor(worker);
    this.maybeAcked.set(given.value, given);
    this.ackTried.add(given.leaseId);
    const done = await node.ack(worker, given.leaseId);
    if (done) this.acked.set(given.value, given);
    else if (live) throw new Error(`the ack of ${String(given.value)} by its holder was refused`);
    this.held.delete(worker);
    return done;
  }

  /** While a rewind is under way an ack above `last` may count or not; afterwards none does. */
  async rewind(node: TestNode, last: number): Promise<void> {
    for (const [value, { index }] of this.acked) if (index > last) this.acked.delete(value);
    const under = [...this.maybeAcked].filter(([, { index }]) => index > last);
    await node.rewind(last);
    for (const [value] of under) this.maybeAcked.delete(value);
  }

  /** A fresh node takes all that is left; then nothing may be missing. */
  async drain(node: TestNode): Promise<void> {
    this.world.advance(60_000);
    await node.runJobs();
    await node.runJobs();
    const drained = new Set<number>();
    for (;;) {
      const given = await this.fetch(node, 'drainer');
      if (!given) break;
      if (drained.has(given.value)) throw new Error(`${String(given.value)} was drained twice`);
      drained.add(given.value);
      if (!(await this.ack(node, 'drainer'))) throw new Error('the drainer lost its lease');
    }
    for (const value of this.added) {
      if (!drained.has(value) && !this.maybeAcked.has(value)) {
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

  /** What the worker holds for sure: its lease is not over, and no ack of it was tried. */
  private heldFor(worker: string): Given | null {
    const given = this.held.get(worker);
    if (!given || this.ackTried.has(given.leaseId)) return null;
    return given.leaseUntil > this.world.clockMs ? given : null;
  }

  private async checkLogged({ value, index, leaseId }: Given): Promise<void> {
    const rows = await this.world.log.read(QUEUE, [{ from: index, to: index }]);
    const logged = rows.some(({ event }) => event.type === 'Fetched' && event.leaseId === leaseId);
    if (!logged)
      throw new Error(`P3: value ${String(value)} was delivered, its Fetched is not in the log`);
  }
}
