/**
 * The one clock for leases. It adds up how far the server's time went on: a jump back stands still, so
 * no lease gets longer or shorter by it, and a jump forward is taken once.
 */
export interface LeaseClock {
  now: number;
  /** The server's time when it was last looked at. */
  time: number;
}

/** Never behind what a restored state has seen. */
export const startClock = (time: number, seen: number): LeaseClock => ({
  now: Math.max(time, seen),
  time,
});

export function tick(clock: LeaseClock, time: number): number {
  clock.now += Math.max(0, time - clock.time);
  clock.time = time;
  return clock.now;
}
