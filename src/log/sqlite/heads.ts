import type { CreateQueue, Head, HeadChange, HeadRead, QueueId, RewindChange } from '../../domain';
import { encodeEvent, segmentOf } from '../../domain';
import { ensureStorable, noSuchQueue } from '../queueNames';
import type { QueueIds } from './queueIds';
import { encodeRewinds, toHead } from './rows';
import type { Statements } from './statements';
import type { Transact } from './transaction';

/** The heads of the queues: each change is one transaction that compares what was read, then sets. */
export class Heads {
  constructor(
    private readonly statements: Statements,
    private readonly queueIds: QueueIds,
    private readonly transact: Transact,
  ) {}

  read(queue: QueueId): Head | null {
    const id = this.queueIds.find(queue);
    const columns = id === undefined ? undefined : this.statements.head.get(id);
    return columns === undefined ? null : toHead(queue, columns);
  }

  create(queue: QueueId, { segmentSize, raisedBy }: CreateQueue): HeadChange {
    ensureStorable(queue);
    const { ownerId, serviceId } = queue;
    return this.change(queue, () => {
      const created = this.statements.createQueue.run(
        ownerId,
        serviceId,
        raisedBy,
        segmentSize,
        segmentSize,
      );
      return created.changes > 0 && this.openClaimedSegment(this.idOf(queue));
    });
  }

  claimSegment(queue: QueueId, { epoch, claimedTo }: HeadRead): HeadChange {
    return this.change(queue, () => {
      const id = this.idOf(queue);
      const claimed = this.statements.claim.run(id, epoch, claimedTo);
      return claimed.changes > 0 && this.openClaimedSegment(id);
    });
  }

  raise(queue: QueueId, { epoch, claimedTo }: HeadRead, raisedBy: string): HeadChange {
    return this.change(queue, () => {
      const id = this.idOf(queue);
      const raised = this.statements.raise.run(raisedBy, id, epoch, claimedTo);
      return raised.changes > 0 && this.openClaimedSegment(id);
    });
  }

  rewind(queue: QueueId, read: HeadRead, change: RewindChange): HeadChange {
    const { rewind, rewinds, raisedBy, eventId } = change;
    if (rewind.epoch !== read.epoch + 1) throw new Error('A rewind is of the epoch it raises to');
    return this.change(queue, () => {
      const id = this.idOf(queue);
      const { epoch, claimedTo } = read;
      const { last, at } = rewind;
      const text = encodeRewinds(rewinds);
      const rewound = this.statements.rewind.run(raisedBy, text, id, epoch, claimedTo, last);
      if (rewound.changes === 0) return false;
      const segmentSize = this.statements.segmentSize.get(id) ?? 1;
      this.statements.reopenSegments.run(id, segmentOf(last + 1, segmentSize));
      // Version 0: before every decision of the new epoch.
      const body = encodeEvent({ type: 'Rewound', v: 1, last });
      this.statements.insertRewound.run(id, rewind.epoch, 0, eventId, at, body);
      return true;
    });
  }

  private change(queue: QueueId, apply: () => boolean): HeadChange {
    return this.transact(() => {
      const applied = apply();
      const head = this.read(queue);
      if (head === null) throw noSuchQueue(queue);
      return { applied, head };
    });
  }

  private openClaimedSegment(id: number): true {
    this.statements.insertSegment.run(id);
    return true;
  }

  private idOf(queue: QueueId): number {
    const id = this.queueIds.find(queue);
    if (id === undefined) throw noSuchQueue(queue);
    return id;
  }
}
