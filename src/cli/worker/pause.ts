import { setTimeout as wait } from 'node:timers/promises';

const FIRST_MS = 50;

/** Pauses that double up to a bound, shortened by chance so that workers do not come all at once. */
export class Pauses {
  private nextMs = FIRST_MS;

  constructor(
    private readonly maxMs: number,
    private readonly ending: AbortSignal,
  ) {}

  reset(): void {
    this.nextMs = FIRST_MS;
  }

  /** Resolves early when the worker is to stop. */
  async pause(): Promise<void> {
    const ms = Math.min(this.nextMs, this.maxMs) * (0.5 + Math.random() / 2);
    this.nextMs = Math.min(this.nextMs * 2, this.maxMs);
    await wait(ms, undefined, { signal: this.ending }).catch(() => undefined);
  }
}
