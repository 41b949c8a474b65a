import { QueueError } from '../../domain/errors';

export interface BackOffBounds {
  readonly minMs: number;
  readonly maxMs: number;
}

/** What a server asks for is kept up to here, so that a mistaken one stops nobody for a day. */
const RETRY_AFTER_MAX_MS = 60_000;

/** How long to wait before the next try: twice as long each time, at random from half of that on. */
export class BackOff {
  private tries = 0;

  constructor(
    private readonly bounds: BackOffBounds,
    private readonly random: () => number = Math.random,
  ) {}

  reset(): void {
    this.tries = 0;
  }

  next(): number {
    const { minMs, maxMs } = this.bounds;
    const ms = Math.min(maxMs, minMs * 2 ** this.tries);
    this.tries += 1;
    return this.jittered(ms);
  }

  /** Not before the error says, if it says so; what no repeat can help is looked at as rarely as may be. */
  after(error: unknown): number {
    const ownMs = this.next();
    if (!isRetryable(error)) return this.jittered(this.bounds.maxMs);
    const { retryAfterMs } = error.data;
    if (typeof retryAfterMs !== 'number' || !(retryAfterMs >= 0)) return ownMs;
    return Math.min(retryAfterMs, RETRY_AFTER_MAX_MS) + this.random() * this.bounds.minMs;
  }

  private jittered(ms: number): number {
    return ms / 2 + (this.random() * ms) / 2;
  }
}

export const isRetryable = (error: unknown): error is QueueError =>
  error instanceof QueueError && error.retryable;
