import type { LeaseId, Log, QueueId, WorkerId } from '../domain';
import { queueKey } from '../domain';
import { refused } from './refused';
import type { NodeRounds } from './rounds/nodeRounds';

/** Of so many leases a node remembers that it has looked at them. */
const KNOWN_MAX = 10_000;
const UNDER_WAY_MAX = 16;

/**
 * Records refused acks beside the calls: the caller is answered already, and nothing here fails a call or
 * makes it wait. What is too much at once is not recorded, unless the worker asks again.
 */
export class Refusals {
  private readonly known = new Set<string>();
  private readonly underWay = new Set<Promise<void>>();

  constructor(
    private readonly log: Pick<Log, 'record'>,
    private readonly rounds: NodeRounds,
  ) {}

  note(queue: QueueId, leaseId: LeaseId, workerId: WorkerId): void {
    const key = `${queueKey(queue)}:${leaseId}`;
    if (this.known.has(key) || this.underWay.size >= UNDER_WAY_MAX) return;
    this.remember(key);
    const recording = this.record(queue, leaseId, workerId)
      .catch(() => void this.known.delete(key))
      .finally(() => this.underWay.delete(recording));
    this.underWay.add(recording);
  }

  /** Lets what is under way finish. */
  async settled(): Promise<void> {
    await Promise.all(this.underWay);
  }

  private async record(queue: QueueId, leaseId: LeaseId, workerId: WorkerId): Promise<void> {
    const row = await this.rounds.of(queue).submit(refused(leaseId, workerId));
    if (row) await this.log.record(queue, row);
  }

  private remember(key: string): void {
    if (this.known.size >= KNOWN_MAX) {
      const oldest = this.known.values().next();
      if (oldest.done !== true) this.known.delete(oldest.value);
    }
    this.known.add(key);
  }
}
