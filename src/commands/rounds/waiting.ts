import { Overloaded } from '../../domain';
import type { Settings } from '../settings';
import type { Running } from './running';

interface Entry {
  readonly running: Running;
  readonly since: number;
}

/**
 * Commands that wait for the round that decides them, in the order they came. None waits for longer than
 * `roundWaitMs`: its caller may have given up, and what is done for nobody is not done for others. Those
 * for which there would be no time, as rounds go at present, need not be taken at all.
 */
export class Waiting {
  private readonly entries: Entry[] = [];
  private isWatched = false;
  private lastRoundMs = 0;
  /** null: no round is under way that decides something. */
  private begunAt: number | null = null;

  constructor(
    private readonly settings: Pick<Settings, 'roundCommandsMax' | 'roundWaitMs'>,
    private readonly monotonic: () => number,
  ) {}

  get size(): number {
    return this.entries.length;
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
    this.entries.push({ running, since: this.monotonic() });
    this.watch();
  }

  /** Those of the next round, which begins. */
  take(): Running[] {
    const taken = this.entries.splice(0, this.settings.roundCommandsMax);
    this.begunAt = taken.length > 0 ? this.monotonic() : null;
    return taken.map(({ running }) => running);
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

  /** One timer for all: it is for the oldest, and set again for the oldest that it finds. */
  private watch(): void {
    const [oldest] = this.entries;
    if (this.isWatched || !oldest) return;
    this.isWatched = true;
    const leftMs = Math.max(1, oldest.since + this.settings.roundWaitMs - this.monotonic());
    setTimeout(() => {
      this.isWatched = false;
      this.refuseLate();
      this.watch();
    }, leftMs).unref();
  }

  private refuseLate(): void {
    const { roundWaitMs } = this.settings;
    const lateUntil = this.monotonic() - roundWaitMs;
    const firstInTime = this.entries.findIndex(({ since }) => since > lateUntil);
    const late = this.entries.splice(0, firstInTime < 0 ? this.size : firstInTime);
    for (const { running } of late) {
      running.fail(
        new Overloaded(
          `The round of this call did not come within ${String(roundWaitMs)} ms (roundWaitMs). Try again later.`,
          { retryAfterMs: 1000 },
        ),
      );
    }
  }
}
