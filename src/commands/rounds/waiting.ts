import { Overloaded } from '../../domain';
import type { Settings } from '../settings';
import type { Running } from './running';

/**
 * Commands that wait for the round that decides them, in the order they came. None waits for longer than
 * `roundWaitMs`: its caller may have given up, and what is done for nobody is not done for others. Those
 * for which there would be no time, as rounds go at present, need not be taken at all.
 */
export class Waiting {
  private readonly limits = new Map<Running, NodeJS.Timeout>();
  private lastRoundMs = 0;
  /** null: no round is under way that decides something. */
  private begunAt: number | null = null;

  constructor(
    private readonly settings: Pick<Settings, 'roundCommandsMax' | 'roundWaitMs'>,
    private readonly monotonic: () => number,
  ) {}

  get size(): number {
    return this.limits.size;
  }

  /** Throws Overloaded if one more would wait for too long. */
  refuseIfTooMany(): void {
    const { roundCommandsMax, roundWaitMs } = this.settings;
    if (this.size < roundCommandsMax) return;
    const roundsInTime = Math.max(1, Math.floor(roundWaitMs / this.roundMs()));
    if (this.size < roundCommandsMax * roundsInTime) return;
    throw new Overloaded(
      `${String(this.size)} calls wait on this queue already, and a round takes ${this.roundMs().toFixed()} ms: this one would wait for longer than ${String(roundWaitMs)} ms (roundWaitMs). Try again later.`,
      { retryAfterMs: Math.ceil(this.roundMs()) },
    );
  }

  add(running: Running): void {
    const { roundWaitMs } = this.settings;
    const limit = setTimeout(() => {
      this.limits.delete(running);
      running.fail(
        new Overloaded(
          `The round of this call did not come within ${String(roundWaitMs)} ms (roundWaitMs). Try again later.`,
          { retryAfterMs: 1000 },
        ),
      );
    }, roundWaitMs).unref();
    this.limits.set(running, limit);
  }

  /** Those of the next round, which begins. */
  take(): Running[] {
    const taken: Running[] = [];
    for (const [running, limit] of this.limits) {
      if (taken.length === this.settings.roundCommandsMax) break;
      clearTimeout(limit);
      this.limits.delete(running);
      taken.push(running);
    }
    this.begunAt = taken.length > 0 ? this.monotonic() : null;
    return taken;
  }

  roundEnded(): void {
    if (this.begunAt === null) return;
    this.lastRoundMs = this.monotonic() - this.begunAt;
    this.begunAt = null;
  }

  /** How long a round takes: the last one, or that under way if it takes longer already. */
  private roundMs(): number {
    const soFar = this.begunAt === null ? 0 : this.monotonic() - this.begunAt;
    return Math.max(this.lastRoundMs, soFar);
  }
}
