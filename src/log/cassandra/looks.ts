import type { Epoch, QueueId } from '../../domain';
import { queueKey } from '../../domain';
import { isStorable } from '../queueNames';
import type { Clock, Instant } from './instant';
import { elapsedMs } from './instant';
import type { Session } from './session';
import type { LookColumns } from './columns';
import type { Statements } from './statements';

/** A confirmation may rest on a look this old (rule F1). */
export const EPOCH_LEASE_MS = 1000;
const CACHE_MAX = 10_000;

/** What a read of a head has found. */
export interface Look {
  readonly startedAt: Instant;
  readonly epoch: Epoch;
  readonly claimedTo: number;
  readonly segmentSize: number;
}

interface LookUnderWay {
  readonly startedAt: Instant;
  readonly look: Promise<Look | null>;
}

/**
 * What this node last saw of the heads of its queues. A look is begun at most once per lease and queue,
 * however many ask, but by who needs one that began later than those there are.
 */
export class Looks {
  private readonly settled = new Map<string, Look>();
  private readonly underWay = new Map<string, LookUnderWay>();

  constructor(
    private readonly session: Session,
    private readonly statements: Statements,
    private readonly clock: Clock,
    private readonly cacheMax = CACHE_MAX,
  ) {}

  /** The newest that is known; what never changes or only grows can be taken from it. */
  known(queue: QueueId): Look | undefined {
    return this.settled.get(queueKey(queue));
  }

  /** The newest that is known or under way, else one that begins now. null: no such queue. */
  async latest(queue: QueueId): Promise<Look | null> {
    const key = queueKey(queue);
    const look = this.underWay.get(key)?.look ?? this.settled.get(key);
    return look === undefined ? this.begunSince(queue, this.clock()) : look;
  }

  /** One that began no earlier. */
  async begunSince(queue: QueueId, since: Instant): Promise<Look | null> {
    const key = queueKey(queue);
    const current = this.underWay.get(key);
    if (current && current.startedAt.monotonicMs >= since.monotonicMs) return current.look;
    const startedAt = this.clock();
    const look = this.read(queue, startedAt).finally(() => {
      if (this.underWay.get(key)?.look === look) this.underWay.delete(key);
    });
    this.underWay.set(key, { startedAt, look });
    return look;
  }

  /** Begins a look, if none that may carry a confirmation of `epoch` is there or under way. */
  renew(queue: QueueId, epoch: Epoch): void {
    const key = queueKey(queue);
    const look = this.settled.get(key);
    const isFresh =
      look?.epoch === epoch && elapsedMs(look.startedAt, this.clock()) < EPOCH_LEASE_MS;
    if (isFresh || this.underWay.has(key)) return;
    // If it fails, who needs it looks again and hears why.
    this.begunSince(queue, this.clock()).catch(() => undefined);
  }

  private async read(queue: QueueId, startedAt: Instant): Promise<Look | null> {
    if (!isStorable(queue)) return null;
    const [columns] = await this.session.rows<LookColumns>(this.statements.look(queue));
    if (columns === undefined) return null;
    const look: Look = {
      startedAt,
      epoch: columns.epoch as Epoch,
      claimedTo: columns.claimed_to.toNumber(),
      segmentSize: columns.segment_size,
    };
    this.remember(queueKey(queue), look);
    return look;
  }

  private remember(key: string, look: Look): void {
    const before = this.settled.get(key);
    if (before && before.startedAt.monotonicMs > look.startedAt.monotonicMs) return;
    // The one unused for longest is the first: a map keeps the order of insertion.
    this.settled.delete(key);
    this.settled.set(key, look);
    if (this.settled.size <= this.cacheMax) return;
    const oldest = this.settled.keys().next();
    if (oldest.done !== true) this.settled.delete(oldest.value);
  }
}

/**
 * Whether a look that found an epoch vouches for what was acknowledged at `acknowledgedAt`: then it is in
 * the log before any fold of a newer epoch begins. A newer epoch was not confirmed when the look began,
 * and its fold waits longer than the lease after that.
 */
export const vouchesFor = (look: Look, acknowledgedAt: Instant): boolean =>
  elapsedMs(look.startedAt, acknowledgedAt) <= EPOCH_LEASE_MS;
