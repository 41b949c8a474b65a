import type { Lease } from '../../domain';
import type { HeldLease } from './heldLease';

/** Below this many ended leases it is not worth to clean up. */
const ENDED_MIN = 32;

/**
 * Leases, oldest first by one of their times: a binary heap. A lease that ended stays in it until it is
 * met, or until half of the heap has ended.
 */
export class LeaseOrder {
  private heap: HeldLease[] = [];
  /** Met in this round, but asked for by `holding` in it: set aside until the round is over. */
  private aside: HeldLease[] = [];
  private endedCount = 0;

  constructor(private readonly timeOf: (lease: Lease) => number) {}

  add(held: HeldLease): void {
    this.heap.push(held);
    this.siftUp(this.heap.length - 1);
  }

  /** Some lease in here has ended. */
  ended(): void {
    this.endedCount += 1;
    if (this.endedCount < ENDED_MIN || this.endedCount * 2 < this.heap.length) return;
    const live = this.heap.filter((held) => held.live);
    this.endedCount -= this.heap.length - live.length;
    this.heap = live;
    for (let i = (live.length >>> 1) - 1; i >= 0; i--) this.siftDown(i);
  }

  /** The oldest lease whose time is at most `until`. */
  oldest(until: number, round: number): HeldLease | undefined {
    for (let top = this.heap[0]; top; top = this.heap[0]) {
      if (!top.live) {
        this.pop();
        this.endedCount -= 1;
      } else if (this.timeOf(top.lease) > until) return undefined;
      else if (top.askedIn === round) {
        this.pop();
        this.aside.push(top);
      } else return top;
    }
    return undefined;
  }

  /** Up to `max` leases whose time is at most `until`, oldest first. */
  oldestFirst(until: number, round: number, max: number): HeldLease[] {
    const found: HeldLease[] = [];
    while (found.length < max) {
      const held = this.oldest(until, round);
      if (!held) break;
      found.push(held);
      this.pop();
    }
    for (const held of found) this.add(held);
    return found;
  }

  endRound(): void {
    if (this.aside.length === 0) return;
    for (const held of this.aside) this.add(held);
    this.aside = [];
  }

  private isBefore(a: HeldLease, b: HeldLease): boolean {
    const apart = this.timeOf(a.lease) - this.timeOf(b.lease);
    return apart < 0 || (apart === 0 && a.lease.index < b.lease.index);
  }

  private pop(): void {
    const last = this.heap.pop();
    if (!last || this.heap.length === 0) return;
    this.heap[0] = last;
    this.siftDown(0);
  }

  private siftUp(at: number): void {
    const held = this.heap[at] as HeldLease;
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      const above = this.heap[parent] as HeldLease;
      if (!this.isBefore(held, above)) break;
      this.heap[at] = above;
      at = parent;
    }
    this.heap[at] = held;
  }

  private siftDown(at: number): void {
    const held = this.heap[at] as HeldLease;
    for (;;) {
      let child = 2 * at + 1;
      let below = this.heap[child];
      if (!below) break;
      const right = this.heap[child + 1];
      if (right && this.isBefore(right, below)) {
        child += 1;
        below = right;
      }
      if (!this.isBefore(below, held)) break;
      this.heap[at] = below;
      at = child;
    }
    this.heap[at] = held;
  }
}
