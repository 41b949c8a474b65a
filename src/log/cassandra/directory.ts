import { createHash } from 'node:crypto';
import type { OwnerId, QueueId, ServiceId } from '../../domain';
import { queueKey } from '../../domain';
import { unavailable } from './outcome';
import type { Session } from './session';
import type { QueueColumns } from './columns';
import type { Statements } from './statements';

/** Part of the schema: another number would hide queues in the wrong place. */
const BUCKETS = 32;

/** The list of queues, in the order of (bucket, owner, service), which is complete and never changes. */
export class Directory {
  constructor(
    private readonly session: Session,
    private readonly statements: Statements,
  ) {}

  /** Written before the head, so that no queue with a head is missing. */
  async add(queue: QueueId): Promise<void> {
    const failure = await this.session.write([this.statements.listQueue(queue, bucketOf(queue))]);
    // An entry without a head is no queue, so nothing was changed either way.
    if (failure) throw unavailable(failure.error);
  }

  async page(after: QueueId | null, max: number): Promise<QueueId[]> {
    const found: QueueId[] = [];
    const first = after === null ? 0 : bucketOf(after);
    for (let bucket = first; bucket < BUCKETS && found.length < max; bucket++) {
      const left = max - found.length;
      const within =
        after !== null && bucket === first
          ? this.statements.queuesAfter(bucket, after, left)
          : this.statements.queuesOf(bucket, left);
      for (const { owner, service } of await this.session.rows<QueueColumns>(within)) {
        found.push({ ownerId: owner as OwnerId, serviceId: service as ServiceId });
      }
    }
    return found;
  }
}

const bucketOf = (queue: QueueId): number =>
  createHash('sha256').update(queueKey(queue)).digest().readUInt32BE(0) % BUCKETS;
