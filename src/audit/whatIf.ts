import type { EventRow, LeaseId, Rewind } from '../domain';
import { absent, evolve, evolveRewound } from '../domain';
import { Spread } from './spread';

/** One delivery as it was recorded; `tookMs` is null where nobody ever came to ack it. */
export interface Delivery {
  readonly leaseId: LeaseId;
  readonly fetchedAt: number;
  readonly leaseUntil: number;
  readonly tookMs: number | null;
}

/** A task from where it begins to wait to where it is acked, or as far as the log goes. */
export interface Life {
  readonly waitsSince: number;
  readonly deliveries: readonly Delivery[];
  readonly ackedAt: number | null;
}

/** What the policy did, recorded or reckoned. Times in milliseconds. */
export interface Outcome {
  readonly tasks: number;
  readonly deliveries: number;
  readonly redeliveries: number;
  /** Deliveries whose work was done, and done again under another: its ack was refused. */
  readonly duplicates: number;
  /** Tasks whose work takes longer than the lease, each time: they would be delivered for ever. */
  readonly neverDone: number;
  readonly waitMeanMs: number | null;
  readonly waitP95Ms: number | null;
  readonly doneMeanMs: number | null;
  readonly doneP95Ms: number | null;
}

export interface WhatIf {
  readonly recorded: Outcome;
  readonly whatIf: Outcome;
  readonly timeToRecoverMs: number;
  /** What the model takes the log for. */
  readonly assumed: { readonly workMedianMs: number | null; readonly pickUpMedianMs: number };
}

/** When an ack that named a lease was refused: so long its worker took. */
export type RefusedAt = ReadonlyMap<LeaseId, number>;

/** The lives of one task: a rewind over an acked task begins another. */
export function livesOf(
  rows: readonly EventRow[],
  allRewinds: readonly Rewind[],
  refusedAt: RefusedAt,
): readonly Life[] {
  const index = rows[0]?.index ?? 0;
  const rewinds = allRewinds.filter(({ last }) => index > last);
  const lives: Life[] = [];
  let state = absent;
  let waitsSince: number | null = null;
  let open: Delivery[] = [];
  let next = 0;

  const end = (ackedAt: number | null): void => {
    if (waitsSince !== null) lives.push({ waitsSince, deliveries: open, ackedAt });
    waitsSince = null;
    open = [];
  };
  const rewindTo = (epoch: number): void => {
    for (let r = rewinds[next]; r && r.epoch <= epoch; r = rewinds[++next]) {
      if (state.status === 'acked') waitsSince = r.at;
      state = evolveRewound(state);
    }
  };

  for (const row of rows) {
    rewindTo(row.epoch);
    const before = state;
    state = evolve(before, row);
    const { event } = row;
    if (before.status === 'absent') {
      if (event.type === 'Added') waitsSince = row.at;
    } else if (event.type === 'Fetched' && before.status !== 'acked') {
      const { leaseId, fetchedAt, leaseUntil } = event;
      if (open.some((each) => each.leaseId === leaseId)) continue; // logged again in a newer epoch
      const refused = refusedAt.get(leaseId);
      const tookMs = refused === undefined ? null : Math.max(0, refused - fetchedAt);
      open.push({ leaseId, fetchedAt, leaseUntil, tookMs });
    } else if (event.type === 'Acked' && before.status !== 'acked') {
      open = open.map((each) =>
        each.leaseId === event.leaseId
          ? { ...each, tookMs: Math.max(0, row.at - each.fetchedAt) }
          : each,
      );
      end(row.at);
    }
  }
  rewindTo(Infinity);
  end(null);
  return lives;
}

/** The first look over the history: what work took, and how long after a lease the next delivery came. */
export class Measured {
  private readonly work = new Spread();
  private readonly pickUp = new Spread();

  take({ deliveries }: Life): void {
    deliveries.forEach(({ tookMs, leaseUntil }, i) => {
      if (tookMs !== null) this.work.add(tookMs);
      const after = deliveries[i + 1];
      if (after) this.pickUp.add(Math.max(0, after.fetchedAt - leaseUntil));
    });
  }

  get workMedianMs(): number | null {
    return this.work.quantile(0.5);
  }

  get pickUpMedianMs(): number {
    return this.pickUp.quantile(0.5) ?? 0;
  }
}

/** The second look: each life as it was, and as it would have been under the other time to recover. */
export class Compared {
  private readonly recorded = new Tally();
  private readonly reckoned = new Tally();

  constructor(
    private readonly timeToRecoverMs: number,
    private readonly measured: Measured,
  ) {}

  take(life: Life): void {
    this.recorded.take(asRecorded(life));
    this.reckoned.take(this.reckon(life));
  }

  result(): WhatIf {
    const { workMedianMs, pickUpMedianMs } = this.measured;
    return {
      recorded: this.recorded.outcome(),
      whatIf: this.reckoned.outcome(),
      timeToRecoverMs: this.timeToRecoverMs,
      assumed: { workMedianMs, pickUpMedianMs },
    };
  }

  /**
   * Deliveries take what they were recorded to take; beyond those that were recorded, the median of the
   * queue. An ack that comes before its lease ends counts, a later one is refused, because the next
   * delivery comes when it came after the end of a lease by median.
   */
  private reckon({ waitsSince, deliveries, ackedAt }: Life): Course {
    const first = deliveries[0];
    if (!first) return { waitMs: null, doneMs: null, deliveries: 0, duplicates: 0, never: false };
    const waitMs = first.fetchedAt - waitsSince;
    const { workMedianMs, pickUpMedianMs } = this.measured;
    let at = first.fetchedAt;
    let duplicates = 0;
    for (let i = 0; ; i++) {
      const recorded = deliveries[i];
      const tookMs = recorded ? recorded.tookMs : workMedianMs;
      if (tookMs !== null && tookMs < this.timeToRecoverMs) {
        const doneMs = at + tookMs - waitsSince;
        return { waitMs, doneMs, deliveries: i + 1, duplicates, never: false };
      }
      const wasLast = i + 1 >= deliveries.length;
      // The log ends before it tells how this one ended: nothing more is known in either column.
      if (recorded && wasLast && tookMs === null && ackedAt === null) {
        return { waitMs, doneMs: null, deliveries: i + 1, duplicates, never: false };
      }
      if (tookMs !== null) duplicates += 1;
      if (!recorded) return { waitMs, doneMs: null, deliveries: i + 1, duplicates, never: true };
      at += this.timeToRecoverMs + pickUpMedianMs;
    }
  }
}

interface Course {
  readonly waitMs: number | null;
  readonly doneMs: number | null;
  readonly deliveries: number;
  readonly duplicates: number;
  readonly never: boolean;
}

function asRecorded({ waitsSince, deliveries, ackedAt }: Life): Course {
  const first = deliveries[0];
  const worked = deliveries.filter(({ tookMs }) => tookMs !== null).length;
  return {
    waitMs: first ? first.fetchedAt - waitsSince : null,
    doneMs: ackedAt === null ? null : ackedAt - waitsSince,
    deliveries: deliveries.length,
    duplicates: ackedAt === null ? worked : Math.max(0, worked - 1),
    never: false,
  };
}

class Tally {
  private readonly wait = new Spread();
  private readonly done = new Spread();
  private tasks = 0;
  private deliveries = 0;
  private redeliveries = 0;
  private duplicates = 0;
  private neverDone = 0;

  take({ waitMs, doneMs, deliveries, duplicates, never }: Course): void {
    this.tasks += 1;
    this.deliveries += deliveries;
    this.redeliveries += Math.max(0, deliveries - 1);
    this.duplicates += duplicates;
    if (never) this.neverDone += 1;
    if (waitMs !== null) this.wait.add(Math.max(0, waitMs));
    if (doneMs !== null) this.done.add(Math.max(0, doneMs));
  }

  outcome(): Outcome {
    const { tasks, deliveries, redeliveries, duplicates, neverDone, wait, done } = this;
    return {
      tasks,
      deliveries,
      redeliveries,
      duplicates,
      neverDone,
      waitMeanMs: wait.mean,
      waitP95Ms: wait.quantile(0.95),
      doneMeanMs: done.mean,
      doneP95Ms: done.quantile(0.95),
    };
  }
}
