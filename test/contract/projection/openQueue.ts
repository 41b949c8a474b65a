import type {
  Epoch,
  Lease,
  Operation,
  Projection,
  QueueId,
  QueueState,
  RecoverBy,
  Reply,
  Round,
  Segment,
} from '../../../src/domain';
import { claim, extend, publish, reserve } from './operations';

export const SEGMENT_SIZE = 4;

/** Segments up to an index. */
export const segmentsUpTo = (claimedTo: number): Segment[] =>
  Array.from({ length: Math.ceil(claimedTo / SEGMENT_SIZE) }, (_, i) => (i + 1) as Segment);

/** An empty queue of one segment in epoch 1, but for what is said. */
export const stateOf = (said: Partial<QueueState> = {}): QueueState => {
  const claimedTo = said.claimedTo ?? SEGMENT_SIZE;
  return {
    epoch: 1 as Epoch,
    segmentSize: SEGMENT_SIZE,
    claimedTo,
    allocated: 0,
    published: 0,
    fetched: 0,
    version: 0,
    tokens: false,
    clock: 0,
    known: said.known ?? segmentsUpTo(claimedTo),
    pending: [],
    gaps: [],
    leases: [],
    returned: [],
    ...said,
  };
};

/** A queue as a caller sees it that knows its epoch. */
export class OpenQueue {
  constructor(
    readonly projection: Projection,
    readonly id: QueueId,
    public epoch: Epoch,
  ) {}

  async round<const Ops extends readonly Operation[]>(...operations: Ops): Promise<Round<Ops>> {
    const round = await this.projection.round(this.id, this.epoch, operations);
    if (round.type === 'stale') throw new Error(`stale: ${String(round.epoch)} is there`);
    return round;
  }

  async ask<const Op extends Operation>(operation: Op): Promise<Reply<Op>> {
    const { replies } = await this.round<readonly Operation[]>(operation);
    return replies[0] as Reply<Op>;
  }

  /** Reserves and publishes tasks, claiming segments for them as needed. */
  async add(count: number): Promise<number[]> {
    const { allocated } = await this.snapshot();
    await this.round(extend(Math.ceil((allocated + count) / SEGMENT_SIZE) * SEGMENT_SIZE));
    const added: number[] = [];
    for (let n = 0; n < count; n++) {
      const reserved = await this.ask(reserve);
      if (!reserved) throw new Error('no index left');
      added.push(reserved.index);
    }
    for (const index of added) await this.ask(publish(index));
    return added;
  }

  /** The lease that a worker gets. */
  async lease(workerId: string, timeToRecoverMs?: number, recoverBy?: RecoverBy): Promise<Lease> {
    const claimed = await this.ask(claim(workerId, timeToRecoverMs, recoverBy));
    if (!claimed) throw new Error(`nothing for ${workerId}`);
    return claimed.lease;
  }

  /** The task that a worker gets; null: none. */
  async task(workerId: string): Promise<number | null> {
    return (await this.ask(claim(workerId)))?.lease.index ?? null;
  }

  async snapshot(): Promise<QueueState> {
    const state = await this.projection.snapshot(this.id);
    if (!state) throw new Error('nothing is held of this queue');
    return state;
  }

  async restore(state: QueueState): Promise<'opened' | 'refused'> {
    const { identity } = await this.projection.identity(this.id);
    const restored = await this.projection.restore(this.id, identity, state);
    if (restored === 'opened') this.epoch = state.epoch;
    return restored;
  }

  /** Back to `last`, in place. Throws where it is stale. */
  async rewind(last: number): Promise<void> {
    const { claimedTo } = await this.snapshot();
    const above = segmentsUpTo(claimedTo).filter((segment) => segment * SEGMENT_SIZE > last);
    if ((await this.tryRewind(last, above)) === 'stale') throw new Error('stale');
  }

  /** `above`: the segments that the log has open above `last`. */
  async tryRewind(last: number, above: readonly number[]): Promise<'opened' | 'stale'> {
    const to = (this.epoch + 1) as Epoch;
    const reopened = above as readonly Segment[];
    const rewound = await this.projection.rewind(this.id, { from: this.epoch, to, last, reopened });
    if (rewound === 'opened') this.epoch = to;
    return rewound;
  }
}
