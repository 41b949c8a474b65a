import type { QueueId } from '../../domain';
import { queueKey } from '../../domain';
import type { Ports, Settings } from '../settings';
import { Budget } from './budget';
import { QueueRounds } from './queueRounds';
import { RecentAdds } from './recentAdds';

const QUEUES_MAX = 10_000;
const TOUCHED_MS = 60 * 60 * 1000;

/** The round engines of the queues that this node has touched lately. */
export class NodeRounds {
  private readonly queues = new Map<string, Entry>();
  private readonly budget: Budget;
  private readonly recent: RecentAdds;

  constructor(
    private readonly ports: Ports,
    private readonly settings: Settings,
  ) {
    this.budget = new Budget(settings);
    this.recent = new RecentAdds(settings.recentBytesMax);
  }

  /**
   * Counts a call of a user from its beginning to its answer, with all that it waits for. Rejects with
   * Overloaded or Stopping.
   */
  hold<A>(bytes: number, work: () => Promise<A>): Promise<A> {
    return this.budget.hold(bytes, work);
  }

  /** For a call of a user: the background jobs look at the queue for an hour from now. */
  touch(id: QueueId): QueueRounds {
    const entry = this.entryOf(id);
    entry.touchedMs = this.ports.monotonic();
    return entry.rounds;
  }

  /** For a background job, which keeps nothing touched. */
  of(id: QueueId): QueueRounds {
    return this.entryOf(id).rounds;
  }

  /** Queues touched within the last hour; engines of older ones are forgotten. */
  touched(): QueueId[] {
    this.forget(this.ports.monotonic() - TOUCHED_MS);
    return [...this.queues.values()].map(({ id }) => id);
  }

  /** Refuses new commands and lets those under way finish. */
  drain(): Promise<void> {
    return this.budget.drain();
  }

  private entryOf(id: QueueId): Entry {
    const key = queueKey(id);
    const found = this.queues.get(key);
    if (found) return found;
    if (this.queues.size >= QUEUES_MAX) this.forget(Infinity);
    const rounds = new QueueRounds(this.ports, id, this.settings, this.budget, this.recent);
    const entry = { id, rounds, touchedMs: -Infinity };
    this.queues.set(key, entry);
    return entry;
  }

  /** An engine knows nothing that the log does not: without commands under way it can go. */
  private forget(touchedBeforeMs: number): void {
    for (const [key, { rounds, touchedMs }] of this.queues) {
      if (rounds.isIdle && touchedMs < touchedBeforeMs) this.queues.delete(key);
    }
  }
}

interface Entry {
  readonly id: QueueId;
  readonly rounds: QueueRounds;
  touchedMs: number;
}
