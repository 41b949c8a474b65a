import type { Log, QueueId, SegmentRow, StoredSeal } from '../domain';
import { decodeSeal, queueKey } from '../domain';

const QUEUES_MAX = 1_000;

/** The seals of a queue, as far as sealing has to know them. */
interface Sealed {
  newest: StoredSeal | null;
  /** When each segment was closed that was sealed; null: a release that did not note it closed it. */
  readonly closings: Map<number, number | null>;
}

/** Remembers the seals of queues between two runs, so that each reads only those that came since. */
export class SealedSoFar {
  private readonly queues = new Map<string, Sealed>();

  constructor(private readonly log: Pick<Log, 'seals'>) {}

  /** `closed`: the segments that are; what was sealed of others is forgotten. */
  async of(queue: QueueId, closed: readonly SegmentRow[]): Promise<Readonly<Sealed>> {
    const key = queueKey(queue);
    const sealed: Sealed = this.queues.get(key) ?? { newest: null, closings: new Map() };
    for (const stored of await this.log.seals(queue, sealed.newest?.number ?? 0)) {
      const seal = decodeSeal(stored);
      if (seal) sealed.closings.set(seal.segment, seal.closedAt);
      sealed.newest = stored;
    }
    const isClosed = new Set<number>(closed.map(({ segment }) => segment));
    for (const segment of sealed.closings.keys()) {
      if (!isClosed.has(segment)) sealed.closings.delete(segment);
    }
    this.remember(key, sealed);
    return sealed;
  }

  private remember(key: string, sealed: Sealed): void {
    this.queues.delete(key);
    const oldest = this.queues.keys().next();
    if (this.queues.size >= QUEUES_MAX && oldest.done !== true) this.queues.delete(oldest.value);
    this.queues.set(key, sealed);
  }
}
