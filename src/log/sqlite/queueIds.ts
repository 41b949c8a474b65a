import type { OwnerId, QueueId, ServiceId } from '../../domain';
import { queueKey } from '../../domain';
import { isStorable } from '../queueNames';
import type { Statements } from './statements';

const CACHE_MAX = 10_000;

/** The numbers of the queues. A queue is never deleted, so a number once known stays right. */
export class QueueIds {
  private readonly known = new Map<string, number>();

  constructor(private readonly statements: Statements) {}

  /** undefined: no such queue. */
  find(queue: QueueId): number | undefined {
    const key = queueKey(queue);
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const id = isStorable(queue)
      ? this.statements.queueId.get(queue.ownerId, queue.serviceId)
      : undefined;
    if (id !== undefined) this.remember(key, id);
    return id;
  }

  page(after: QueueId | null, max: number): QueueId[] {
    const rows =
      after === null
        ? this.statements.firstQueues.all(max)
        : this.statements.nextQueues.all(after.ownerId, after.serviceId, max);
    return rows.map(([owner, service]) => ({
      ownerId: owner as OwnerId,
      serviceId: service as ServiceId,
    }));
  }

  private remember(key: string, id: number): void {
    if (this.known.size >= CACHE_MAX) {
      const oldest = this.known.keys().next();
      if (oldest.done !== true) this.known.delete(oldest.value);
    }
    this.known.set(key, id);
  }
}
