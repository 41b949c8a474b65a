import type { Lease, TaskIndex, WorkerId } from '../../domain';
import type { HeldLease } from './heldLease';
import { LeaseOrder } from './leaseOrder';

/** One lease per worker and per task, and the leases by age. */
export class Leases {
  readonly byLeaseUntil = new LeaseOrder(({ leaseUntil }) => leaseUntil);
  readonly byFetchedAt = new LeaseOrder(({ fetchedAt }) => fetchedAt);
  private readonly byWorker = new Map<WorkerId, HeldLease>();
  private readonly byTask = new Map<TaskIndex, HeldLease>();

  get size(): number {
    return this.byTask.size;
  }

  ofWorker(workerId: WorkerId): HeldLease | undefined {
    return this.byWorker.get(workerId);
  }

  ofTask(index: TaskIndex): HeldLease | undefined {
    return this.byTask.get(index);
  }

  take(lease: Lease, round: number): void {
    const held: HeldLease = { lease, madeIn: round, askedIn: 0, live: true };
    this.byWorker.set(lease.workerId, held);
    this.byTask.set(lease.index, held);
    this.byLeaseUntil.add(held);
    this.byFetchedAt.add(held);
  }

  end(held: HeldLease): void {
    held.live = false;
    this.byWorker.delete(held.lease.workerId);
    this.byTask.delete(held.lease.index);
    this.byLeaseUntil.ended();
    this.byFetchedAt.ended();
  }

  endRound(): void {
    this.byLeaseUntil.endRound();
    this.byFetchedAt.endRound();
  }

  /** By fetchedAt, then by index, as the fold has them. */
  toArray(): Lease[] {
    return [...this.byTask.values()]
      .map(({ lease }) => lease)
      .sort((a, b) => a.fetchedAt - b.fetchedAt || a.index - b.index);
  }
}
