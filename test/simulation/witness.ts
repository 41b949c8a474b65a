import type { Delivery } from '../../src/commands/workQueue';
import type { LeaseId } from '../../src/domain';

/** What the witness may look at beside what clients were told. */
export interface Observed {
  /** Counts the moves of the history: the order of what clients do and hear. */
  readonly step: number;
  readonly trueMs: number;
  /** No lease clock of any server is beyond this. */
  readonly clockMaxMs: number;
  /** The lease clock is the true time, and nothing but the clock check stands between log and client. */
  readonly isClockTrue: boolean;
  readonly epoch: number;
  /**
   * Some node sees a projection of an epoch that is over. It hands out and confirms nothing there, since
   * the log refuses it; but null and false rest on the projection alone.
   */
  readonly isBehind: boolean;
  isLogged(index: number, leaseId: LeaseId): boolean;
}

/** A call of a client, from its invocation to its end; Infinity: it has not ended, or nobody knows how. */
interface Span {
  readonly from: number;
  readonly fromMs: number;
  readonly behind: boolean;
  to: number;
}

interface AddCall extends Span {
  confirmedIn: number | null;
}

interface FetchCall extends Span {
  readonly worker: string;
}

/** A delivery that a worker was told of. */
export interface Told {
  readonly worker: string;
  readonly value: number;
  readonly index: number;
  readonly leaseId: LeaseId;
  readonly fetchedAt: number;
  readonly leaseUntil: number;
  /** When the fetch began, and when it was told. */
  readonly from: number;
  readonly at: number;
}

interface AckCall extends Span {
  readonly worker: string;
  readonly values: ReadonlySet<number>;
  readonly leaseId: LeaseId | null;
  confirmed: boolean;
}

interface RewindCall extends Span {
  readonly last: number;
  done: boolean;
}

/** A broken promise. */
export class Violation extends Error {
  constructor(
    readonly promise: string,
    message: string,
  ) {
    super(`${promise}: ${message}`);
  }
}

/**
 * Remembers what clients asked and were told, each call from its invocation to its answer, and throws a
 * Violation where an answer breaks a promise whichever way the calls under way have gone. Values are
 * numbers, each added once.
 */
export class Witness {
  private readonly adds = new Map<number, AddCall>();
  private readonly fetches: FetchCall[] = [];
  private readonly told: Told[] = [];
  private readonly acks: AckCall[] = [];
  private readonly rewinds: RewindCall[] = [];
  private readonly indexOf = new Map<number, number>();
  private readonly valueAt = new Map<number, number>();
  private readonly delivered = new Set<number>();
  /** An ack that may mean them was tried: whatever its outcome, it may have ended the lease. */
  private readonly ackTried = new Set<LeaseId>();
  /** Of fetches that go by the time of their caller: such a one may take a lease over so early. */
  private callerTtrMs = Infinity;

  constructor(private readonly seen: Observed) {}

  /** The add of this value was given this index. */
  indexed(value: number, index: number): void {
    const other = this.valueAt.get(index);
    if (other !== undefined && other !== value) {
      throw new Violation('P1', `index ${index} was given to value ${other} and to value ${value}`);
    }
    this.valueAt.set(index, value);
    this.indexOf.set(value, index);
  }

  add(value: number): { confirmed(): void } {
    const call: AddCall = { ...this.begun(), confirmedIn: null };
    this.adds.set(value, call);
    return {
      confirmed: () => {
        call.to = this.seen.step;
        call.confirmedIn = this.seen.epoch;
      },
    };
  }

  fetch(worker: string, ttrMs: number, recoverBy: 'lease' | 'caller') {
    const call: FetchCall = { ...this.begun(), worker };
    this.fetches.push(call);
    if (recoverBy === 'caller') this.callerTtrMs = Math.min(this.callerTtrMs, ttrMs);
    return {
      answered: (delivery: Delivery | null) => {
        call.to = this.seen.step;
        if (delivery) this.deliver(call, delivery);
        else this.nothingFor(call);
      },
    };
  }

  /** `given`: what the ack names; null: whatever the worker holds. */
  ack(worker: string, given: Told | null) {
    const held = given ? [given] : this.told.filter((told) => told.worker === worker);
    const sure = given !== null && this.isSurelyHeld(given) ? given : null;
    for (const { leaseId } of held) this.ackTried.add(leaseId);
    const call: AckCall = {
      ...this.begun(),
      worker,
      values: new Set(held.map(({ value }) => value)),
      leaseId: given?.leaseId ?? null,
      confirmed: false,
    };
    this.acks.push(call);
    return {
      answered: (done: boolean) => {
        call.to = this.seen.step;
        call.confirmed = done && given !== null;
        const stillHeld = sure && this.untilOf(sure) > this.seen.clockMaxMs;
        const mayHaveEnded = call.behind || (sure && this.isEndedBeside(call, sure));
        if (!done && stillHeld && !mayHaveEnded) {
          throw new Violation('P4', `the ack of value ${sure.value} by its holder was refused`);
        }
      },
    };
  }

  rewind(last: number) {
    const call: RewindCall = { ...this.begun(), last, done: false };
    this.rewinds.push(call);
    return {
      done: () => {
        call.to = this.seen.step;
        call.done = true;
      },
      /** It surely did not happen. */
      refused: () => void this.rewinds.splice(this.rewinds.indexOf(call), 1),
    };
  }

  /** The newest lease that the worker was told of, or the one before. */
  lastTold(worker: string, former: boolean): Told | null {
    let left = former ? 1 : 0;
    for (let i = this.told.length - 1; i >= 0; i--) {
      const told = this.told[i] as Told;
      if (told.worker === worker && left-- === 0) return told;
    }
    return null;
  }

  /** Whether it was told of a task and has not tried to ack it. */
  hasToAck(worker: string): boolean {
    const told = this.lastTold(worker, false);
    return told !== null && !this.ackTried.has(told.leaseId);
  }

  /** How many adds there were, confirmed or not. */
  get added(): number {
    return this.adds.size;
  }

  /** After a fresh node has taken all there was: nothing that was confirmed is missing. */
  drained(values: ReadonlySet<number>): void {
    for (const [value, call] of this.adds) {
      if (call.confirmedIn === null || values.has(value)) continue;
      const index = this.indexOf.get(value) ?? 0;
      const since = Math.max(
        -1,
        ...this.rewinds.filter(({ last, done }) => done && last < index).map(({ from }) => from),
      );
      const mayBeAcked = this.acks.some((ack) => this.mayMean(ack, value) && ack.to > since);
      if (mayBeAcked) continue;
      throw new Violation('P1', `value ${value} (index ${index}) was confirmed and is lost`);
    }
  }

  private begun(): Span {
    const { step, trueMs, isBehind } = this.seen;
    return { from: step, fromMs: trueMs, behind: isBehind, to: Infinity };
  }

  private deliver(call: FetchCall, delivery: Delivery): void {
    const { index, leaseId, fetchedAt, leaseUntil } = delivery;
    const value = delivery.value as number;
    const { worker } = call;
    const name = `value ${value} (index ${index})`;
    if (!this.adds.has(value)) throw new Violation('P1', `${name} was delivered but never added`);
    if (this.indexOf.get(value) !== index) {
      throw new Violation('P1', `${name} was added at index ${this.indexOf.get(value)}`);
    }
    if (!this.seen.isLogged(index, leaseId)) {
      throw new Violation('P3', `${name} was delivered, its Fetched ${leaseId} is not in the log`);
    }
    this.checkNotAcked(call, value, index);
    const at = this.seen.step;
    const told: Told = {
      worker,
      value,
      index,
      leaseId,
      fetchedAt,
      leaseUntil,
      from: call.from,
      at,
    };
    this.checkSameTask(call, told);
    this.checkOneHolder(told);
    this.checkNotOver(call, told);
    if (!this.delivered.has(value)) this.checkOrder(call, told);

    this.delivered.add(value);
    this.told.push(told);
    if (this.acks.some((ack) => this.mayMean(ack, value, worker) && ack.to > call.from)) {
      this.ackTried.add(leaseId); // an ack beside this fetch may have ended the lease
    }
  }

  private nothingFor(call: FetchCall): void {
    if (call.behind) return;
    const held = this.heldBefore(call);
    if (held && this.untilOf(held) > this.seen.clockMaxMs) {
      throw new Violation('P4', `${call.worker} holds value ${held.value} and was given nothing`);
    }
  }

  /** P2: a rewind may have annulled an ack if it may have come after it. */
  private checkNotAcked(call: FetchCall, value: number, index: number): void {
    const ack = this.acks.find(
      (one) =>
        one.confirmed &&
        one.values.has(value) &&
        one.to < call.from &&
        !this.rewinds.some(({ last, to }) => last < index && to > one.from),
    );
    if (!ack) return;
    throw new Violation(
      'P2',
      `value ${value} (index ${index}) was delivered to ${call.worker} by a fetch that began after its ack was confirmed`,
    );
  }

  /** P4: another task only if the lease before it is over. */
  private checkSameTask(call: FetchCall, told: Told): void {
    const held = this.heldBefore(call);
    if (!held || held.value === told.value || told.fetchedAt >= this.untilOf(held)) return;
    throw new Violation(
      'P4',
      `${call.worker} holds value ${held.value} and was given value ${told.value}`,
    );
  }

  private checkOneHolder(told: Told): void {
    if (this.ackTried.has(told.leaseId)) return;
    for (const other of this.told) {
      if (other.value !== told.value || other.worker === told.worker) continue;
      if (this.ackTried.has(other.leaseId)) continue;
      const overlap = told.fetchedAt < this.untilOf(other) && other.fetchedAt < this.untilOf(told);
      if (!overlap) continue;
      throw new Violation(
        'P4',
        `value ${told.value} was given to ${told.worker} while ${other.worker} holds it`,
      );
    }
  }

  /** A node hands out nothing under a lease that is over, but for what its clock may be slow. */
  private checkNotOver(call: FetchCall, { value, leaseUntil, worker }: Told): void {
    if (!this.seen.isClockTrue) return;
    const { trueMs } = this.seen;
    if (leaseUntil + CLOCK_SLOW * (trueMs - call.fromMs) + 2 > trueMs) return;
    throw new Violation('P4', `value ${value} was given to ${worker} after its lease was over`);
  }

  /**
   * P5, where nothing else can be the reason: no other epoch, no other fetch that may hold the lower one, no
   * ack of a task that a worker held without having heard of it.
   */
  private checkOrder(call: FetchCall, told: Told): void {
    for (const [value, add] of this.adds) {
      const index = this.indexOf.get(value) ?? Infinity;
      if (index >= told.index || this.delivered.has(value)) continue;
      if (add.confirmedIn !== this.seen.epoch || add.to >= call.from) continue;
      const mayBeClaimed = this.fetches.some(
        (other) =>
          other !== call && other.to > Math.min(add.from, call.from) && other.to > call.from,
      );
      if (mayBeClaimed || this.acks.some((ack) => this.mayMean(ack, value))) continue;
      throw new Violation('P5', `index ${told.index} was started before index ${index}`);
    }
  }

  /** What the worker held for sure when it called, and still does for all that its own calls did since. */
  private heldBefore({ worker, from }: FetchCall): Told | null {
    const told = this.lastTold(worker, false);
    return told && told.at < from && !this.mayBeEnded(told) ? told : null;
  }

  private isSurelyHeld(told: Told): boolean {
    return this.lastTold(told.worker, false) === told && !this.mayBeEnded(told);
  }

  /**
   * By an ack of it, or by one of who had the task before: an ack that found its lease, run out but not
   * taken over yet, counts although another worker is given the task while it is logged.
   */
  private mayBeEnded({ leaseId, value, from }: Told): boolean {
    if (this.ackTried.has(leaseId)) return true;
    return this.acks.some((ack) => ack.to > from && this.mayMean(ack, value));
  }

  private untilOf({ fetchedAt, leaseUntil }: Told): number {
    return Math.min(leaseUntil, fetchedAt + this.callerTtrMs);
  }

  /** By another ack, or by a rewind that annuls this very ack once it is logged, and with it the lease. */
  private isEndedBeside(call: AckCall, { value, from }: Told): boolean {
    const index = this.indexOf.get(value) ?? 0;
    return (
      this.acks.some((ack) => ack !== call && ack.to > from && this.mayMean(ack, value)) ||
      this.rewinds.some((rewind) => rewind.last < index && rewind.to > call.from)
    );
  }

  /** Whether the ack may have ended a lease of this value. */
  private mayMean(ack: AckCall, value: number, worker: string | null = null): boolean {
    if (ack.values.has(value) && (worker === null || ack.worker === worker)) return true;
    return ack.leaseId === null && (worker === null || ack.worker === worker);
  }
}

/** The clocks of nodes are at most this much slower than that of a server. */
const CLOCK_SLOW = 0.1;
