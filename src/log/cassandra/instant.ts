/** A moment by two clocks, each of which fails in its own way. */
export interface Instant {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

export type Clock = () => Instant;

export const systemClock: Clock = () => ({
  monotonicMs: performance.now(),
  wallMs: Date.now(),
});

/**
 * The larger of both: the monotonic clock may stand still while the machine sleeps, the wall clock may
 * be set back. Whoever rests a confirmation on little time having passed must not be told too little.
 */
export const elapsedMs = (from: Instant, to: Instant): number =>
  Math.max(to.monotonicMs - from.monotonicMs, to.wallMs - from.wallMs);
