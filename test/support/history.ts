import type {
  Epoch,
  EventRow,
  LeaseId,
  TaskEvent,
  TaskIndex,
  Version,
  WorkerId,
} from '../../src/domain';
import { leaseIdOf } from '../../src/domain';

/** Builds the rows of one task as they stand in a log: each event takes the next version of its epoch. */
export class TaskHistory {
  readonly rows: EventRow[] = [];
  private epoch = 1 as Epoch;
  private version = 0 as Version;

  constructor(readonly index: number) {}

  inEpoch(epoch: number, version = 0): this {
    this.epoch = epoch as Epoch;
    this.version = version as Version;
    return this;
  }

  added({ token = false, at = 0 } = {}): this {
    return this.log({ type: 'Added', v: 1, token }, at);
  }

  /** A new lease, named after this row; `lease` logs an older one again. */
  fetched(
    worker: string,
    { at = 0, ttr = 1000, lease }: { at?: number; ttr?: number; lease?: LeaseId } = {},
  ): this {
    const leaseId = lease ?? this.nextLease();
    const workerId = worker as WorkerId;
    return this.log(
      { type: 'Fetched', v: 1, leaseId, workerId, fetchedAt: at, leaseUntil: at + ttr },
      at,
    );
  }

  acked(worker: string, lease = this.lastLease(), at = 0): this {
    return this.log({ type: 'Acked', v: 1, leaseId: lease, workerId: worker as WorkerId }, at);
  }

  recovered(lease = this.lastLease(), at = 0): this {
    return this.log({ type: 'Recovered', v: 1, leaseId: lease }, at);
  }

  lastLease(): LeaseId {
    for (const { event } of [...this.rows].reverse())
      if (event.type === 'Fetched') return event.leaseId;
    throw new Error('no lease in this history');
  }

  private nextLease(): LeaseId {
    return leaseIdOf(this.index as TaskIndex, this.epoch, (this.version + 1) as Version);
  }

  private log(event: TaskEvent, at: number): this {
    this.version = (this.version + 1) as Version;
    const { epoch, version } = this;
    const index = this.index as TaskIndex;
    const eventId = `${String(index)}-${String(epoch)}-${String(version)}`;
    this.rows.push({ index, epoch, version, eventId, at, event, keyId: null, payload: null });
    return this;
  }
}

export const task = (index = 1): TaskHistory => new TaskHistory(index);
export const rewound = (
  epoch: number,
  last: number,
  at = 0,
): { epoch: Epoch; last: number; at: number } => ({
  epoch: epoch as Epoch,
  last,
  at,
});
