import type { QueueId } from '../../domain';
import { queueKey } from '../../domain';
import type { Ports, Settings } from '../settings';
import { Budget } from './budget';
import { QueueRounds } from './queueRounds';

const QUEUES_MAX = 10_000;
const TOUCHED_MS = 60 * 60 * 1000;

/** The round engines of the queues that this node has touched lately. */
export class NodeRounds {
  private readonly queues = new Map<
    string,
    { readonly id: QueueId; readonly rounds: QueueRounds }
  >();
  private readonly budget: Budget;

  constructor(
    private readonly ports: Ports,
    private readonly settings: Settings,
  ) {
    this.budget = new Budget(settings);
  }

  of(id: QueueId): QueueRounds {
    const key = queueKey(id);
    const found = this.queues.get(key);
    if (found) return found.rounds;
    if (this.queues.size >= QUEUES_MAX) this.forgetIdle();
    const rounds = new QueueRounds(this.ports, id, this.settings, this.budget);
    this.queues.set(key, { id, rounds });
    return rounds;
  }

  /** Queues touched within the last hour; older ones are forgotten. */
  touched(): QueueId[] {
    const since = this.ports.monotonic() - TOUCHED_MS;
    for (const [key, { rounds }] of this.queues) {
      if (rounds.isIdle && rounds.lastUsedMs < since) this.queues.delete(key);
    }
    return [...this.queues.values()].map(({ id }) => id);
  }

  /** Refuses new commands and lets those under way finish. */
  drain(): Promise<void> {
    return this.budget.drain();
  }

  private forgetIdle(): void {
    for (const [key, { rounds }] of this.queues) if (rounds.isIdle) this.queues.delete(key);
  }
}
