import { setTimeout as pause } from 'node:timers/promises';
import { LogUnavailable } from '../../domain';

/** The calls under way: a close lets them come to their answer. */
export class Calls {
  private underWay = 0;
  private closing = false;
  private idle: (() => void) | null = null;

  get isClosing(): boolean {
    return this.closing;
  }

  async answer<A>(call: () => Promise<A>): Promise<A> {
    if (this.closing) throw new LogUnavailable('The log is closed.');
    this.underWay += 1;
    try {
      return await call();
    } finally {
      this.underWay -= 1;
      if (this.underWay === 0) this.idle?.();
    }
  }

  /** Takes no more calls; resolves when those under way have ended, or after a while. */
  async close(waitMs: number): Promise<void> {
    this.closing = true;
    if (this.underWay === 0) return;
    const waited = new AbortController();
    const allEnded = new Promise<void>((resolve) => (this.idle = resolve));
    const timeOut = pause(waitMs, undefined, { signal: waited.signal }).catch(() => undefined);
    await Promise.race([allEnded, timeOut]);
    waited.abort();
  }
}
