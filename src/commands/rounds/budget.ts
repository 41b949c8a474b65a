import { Overloaded, Stopping } from '../../domain';

/** Bounds what all queues of a node hold: a command counts from its call to its answer. */
export class Budget {
  private commands = 0;
  private bytes = 0;
  private stopping = false;
  private idle: (() => void) | null = null;

  constructor(private readonly max: { readonly commandsMax: number; readonly bytesMax: number }) {}

  /** Rejects with Overloaded or Stopping before `work` is begun. */
  async hold<A>(bytes: number, work: () => Promise<A>): Promise<A> {
    this.take(bytes);
    try {
      return await work();
    } finally {
      this.give(bytes);
    }
  }

  private take(bytes: number): void {
    if (this.stopping) throw new Stopping('The service is stopping. Call another node.');
    if (this.commands >= this.max.commandsMax || this.bytes + bytes > this.max.bytesMax) {
      throw new Overloaded(
        `This node holds ${String(this.commands)} calls with ${String(this.bytes)} bytes, as much as it may (commandsMax, bytesMax). Try again later.`,
        { retryAfterMs: 100 },
      );
    }
    this.commands++;
    this.bytes += bytes;
  }

  private give(bytes: number): void {
    this.commands--;
    this.bytes -= bytes;
    if (this.commands === 0) this.idle?.();
  }

  /** Refuses new commands; resolves once those taken have been answered. */
  async drain(): Promise<void> {
    this.stopping = true;
    if (this.commands === 0) return;
    await new Promise<void>((resolve) => {
      this.idle = resolve;
    });
  }
}
