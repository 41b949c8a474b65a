import { LogUnavailable, OutcomeUnknown, ProjectionUnavailable } from '../../src/domain';
import type { Machine } from './machine';

/**
 * What becomes of a call of a port. `done`: it is done and answered. `late answer`: it is done, the answer
 * is still on its way. `lost`: it is done, its answer is lost. `refused`: it is not done and says so.
 * `unsent`: it is not done, and nobody knows. `late`: its caller hears that nobody knows, and it may be
 * done at any later time.
 */
export const FATES = ['done', 'late answer', 'lost', 'refused', 'unsent', 'late'] as const;
export type Fate = (typeof FATES)[number];

/** Which port a call is of, and of which node: enough to find it again in a history that was shortened. */
export interface CallName {
  readonly slot: number;
  readonly name: string;
}

/** A call of a port that is under way. */
export class Call implements CallName {
  /** Set once it is done; the answer may still be on its way. */
  private outcome: Promise<unknown> | null = null;
  /** Nobody waits for it any more: its caller has heard that the outcome is unknown, or is gone. */
  orphan = false;

  constructor(
    readonly machine: Machine,
    readonly slot: number,
    readonly name: string,
    private readonly run: () => Promise<unknown>,
    private readonly resolve: (answer: unknown) => void,
    private readonly reject: (error: unknown) => void,
  ) {}

  get isDone(): boolean {
    return this.outcome !== null;
  }

  /** Every port does its work before it first yields, so the call is done when this returns. */
  perform(): void {
    if (this.outcome) return;
    this.outcome = this.run();
    this.outcome.catch(() => undefined);
  }

  answer(): Promise<void> {
    return this.machine.turn(() => void this.outcome?.then(this.resolve, this.reject));
  }

  fail(fate: 'lost' | 'refused' | 'unsent' | 'late'): Promise<void> {
    const error = fate === 'refused' ? unavailable(this.name) : new OutcomeUnknown(this.name);
    return this.machine.turn(() => this.reject(error));
  }
}

const unavailable = (name: string): Error =>
  name.startsWith('projection') ? new ProjectionUnavailable(name) : new LogUnavailable(name);

/** All calls under way, in the order in which they were made. */
export class Calls {
  private underWay: Call[] = [];

  ask<A>(machine: Machine, slot: number, name: string, run: () => Promise<A>): Promise<A> {
    return new Promise<A>((resolve, reject) => {
      const tell = resolve as (answer: unknown) => void;
      this.underWay.push(new Call(machine, slot, name, run, tell, reject));
    });
  }

  /** Those that somebody can still be told of. */
  get awaited(): readonly Call[] {
    return this.underWay.filter(({ orphan, machine }) => !orphan && !machine.paused);
  }

  /** Those that may still be done, or not. */
  get orphans(): readonly Call[] {
    return this.underWay.filter(({ orphan }) => orphan);
  }

  /** The oldest of this name. */
  find({ slot, name }: CallName, orphan: boolean): Call | undefined {
    return this.underWay.find(
      (call) =>
        call.slot === slot &&
        call.name === name &&
        call.orphan === orphan &&
        (orphan || !call.machine.paused),
    );
  }

  isAsking(machine: Machine): boolean {
    return this.underWay.some((call) => call.machine === machine && !call.orphan);
  }

  count(name: string): number {
    return this.underWay.filter((call) => call.name === name && !call.orphan).length;
  }

  /** What a node that died has asked for may be done or not; nobody hears of it. */
  abandon(machine: Machine): void {
    for (const call of this.underWay) if (call.machine === machine) call.orphan = true;
    this.underWay = this.underWay.filter(({ orphan, isDone }) => !orphan || !isDone);
  }

  async settle(call: Call, fate: Fate): Promise<void> {
    switch (fate) {
      case 'done':
        this.remove(call);
        call.perform();
        return call.answer();
      case 'late answer': {
        call.perform();
        return;
      }
      case 'lost':
        this.remove(call);
        call.perform();
        return call.fail(fate);
      case 'refused':
      case 'unsent':
        this.remove(call);
        return call.fail(call.isDone ? 'unsent' : fate);
      case 'late':
        call.orphan = true;
        if (call.isDone) this.remove(call);
        return call.fail(fate);
    }
  }

  /** An orphan that is done after all; nobody hears of it. */
  land(call: Call): void {
    this.remove(call);
    call.perform();
  }

  private remove(call: Call): void {
    const at = this.underWay.indexOf(call);
    if (at >= 0) this.underWay.splice(at, 1);
  }
}
