import type { Task } from '../queueClient';

/** A lease that this process holds. */
export interface HeldLease {
  /** Aborts when the lease has run out, or when `ended` does. */
  readonly signal: AbortSignal;
  /** Forgets the timer. */
  release(): void;
}

/** The time of one lease: what renews a lease has to set this timer anew, and nothing else. */
export function holdLease(leftMs: number, ended: AbortSignal): HeldLease {
  const controller = new AbortController();
  const runOut = new DOMException('The lease of the task has run out', 'TimeoutError');
  const timer = setTimeout(() => controller.abort(runOut), leftMs);
  const end = (): void => {
    clearTimeout(timer);
    controller.abort(ended.reason);
  };
  ended.addEventListener('abort', end);
  if (ended.aborted) end();
  return {
    signal: controller.signal,
    release() {
      clearTimeout(timer);
      ended.removeEventListener('abort', end);
    },
  };
}

/**
 * How long a lease lasts from now on. Its times are by the clock of the queue, which may differ from that
 * of this process: so it is at most as old as its worker has been asking, `ageMaxMs`. Only for the first
 * task of a process, which may have been leased to one that died, both clocks have to agree. A lease that
 * has run out is never handed out: if it seems so, this clock is ahead, and tells nothing.
 */
export function leaseLeftMs(
  { fetchedAt, leaseUntil }: Pick<Task, 'fetchedAt' | 'leaseUntil'>,
  now: number,
  ageMaxMs: number,
): number {
  const lengthMs = leaseUntil - fetchedAt;
  const ageMs = Math.min(Math.max(0, now - fetchedAt), ageMaxMs);
  return ageMs < lengthMs ? lengthMs - ageMs : lengthMs;
}
