import { setTimeout as wait } from 'node:timers/promises';
import { QueueError } from '../domain';

const PAUSE_MS = 500;

export interface Waiting {
  readonly timeoutMs: number;
  readonly onWaiting: ((message: string) => void) | undefined;
}

/** Opens again while the server does not answer, until the time is over; then throws what it said last. */
export async function untilThere<A>(
  open: () => Promise<A>,
  { timeoutMs, onWaiting }: Waiting,
): Promise<A> {
  const endMs = performance.now() + timeoutMs;
  let told: string | null = null;
  for (;;) {
    try {
      return await open();
    } catch (error) {
      if (!(error instanceof QueueError && error.retryable)) throw error;
      const leftMs = endMs - performance.now();
      if (leftMs <= 0) throw error;
      if (told !== error.message) {
        told = error.message;
        onWaiting?.(`${told} Waiting up to ${String(Math.ceil(leftMs / 1000))} s more.`);
      }
      await wait(Math.min(PAUSE_MS, leftMs));
    }
  }
}
