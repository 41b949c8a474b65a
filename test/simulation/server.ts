import type { Projection, QueueState } from '../../src/domain';
import { queueKey, stale } from '../../src/domain';
import type { KeptQueues } from '../../src/projections/memory/memoryProjection';
import { memoryProjection } from '../../src/projections/memory/memoryProjection';
import { restored } from '../../src/projections/memory/restore';
import { snapshotOf } from '../../src/projections/memory/snapshot';
import { over } from '../support/over';
import { QUEUE } from './queue';

const KEY = queueKey(QUEUE);

/** All that a server held at some time, and as which server it was written. */
interface Photo {
  readonly open: QueueState | null;
  readonly epoch: number;
  readonly writtenOn: string;
}

/**
 * A projection server with the fence of Redis: what it holds counts only on the server that it was written
 * on, and another process, or a fail-over, is another server [F3].
 */
export class Server {
  readonly projection: Projection;
  /** How far its clock is off. */
  offsetMs = 0;
  private writtenOn = '';
  private lives = 0;

  private constructor(
    readonly name: string,
    private readonly trueTime: () => number,
    private readonly kept: KeptQueues,
    inner: Projection,
    innerIdentity: string,
    private readonly fenced: boolean,
  ) {
    const isFenced = (): boolean => this.fenced && this.writtenOn !== this.identity;
    this.projection = over<Projection>(inner, {
      round: async (queue, epoch, operations) =>
        isFenced() ? stale(null) : inner.round(queue, epoch, operations),
      identity: async (queue) => ({
        ...(await inner.identity(queue)),
        ...{ identity: this.identity, now: this.now() },
      }),
      rewind: async (queue, change) => (isFenced() ? 'stale' : inner.rewind(queue, change)),
      snapshot: async (queue) => (isFenced() ? null : inner.snapshot(queue)),
      restore: async (queue, readFrom, state) => {
        if (readFrom !== this.identity) return 'refused';
        const there = kept.get(KEY);
        if (!there || (there.open ?? there).epoch < state.epoch) this.writtenOn = this.identity;
        return inner.restore(queue, innerIdentity, state);
      },
    });
  }

  static async start(name: string, trueTime: () => number, fenced: boolean): Promise<Server> {
    const kept: KeptQueues = new Map();
    let server: Server | null = null;
    const inner = memoryProjection({ clock: () => server?.now() ?? 0 }, kept);
    const { identity } = await inner.identity(QUEUE);
    server = new Server(name, trueTime, kept, inner, identity, fenced);
    return server;
  }

  now(): number {
    return Math.floor(this.trueTime()) + this.offsetMs;
  }

  /** The epoch that rounds are answered in; null: in none, they are stale. */
  get openEpoch(): number | null {
    const isFenced = this.fenced && this.writtenOn !== this.identity;
    return isFenced ? null : (this.kept.get(KEY)?.open?.epoch ?? null);
  }

  photo(): Photo | null {
    const there = this.kept.get(KEY);
    if (!there) return null;
    const open = there.open && snapshotOf(there.open);
    return { open, epoch: (there.open ?? there).epoch, writtenOn: this.writtenOn };
  }

  /** Another process in its place, with what a photo shows. null: with nothing. */
  restart(photo: Photo | null): void {
    this.lives++;
    this.hold(photo);
  }

  /** Holds what a photo shows, of whichever server that is. */
  hold(photo: Photo | null): void {
    this.kept.clear();
    if (!photo) return;
    this.writtenOn = photo.writtenOn;
    const { open, epoch } = photo;
    const kept = open
      ? { open: restored(open, this.now()) }
      : { open: null, epoch: epoch as QueueState['epoch'] };
    this.kept.set(KEY, kept);
  }

  private get identity(): string {
    return `${this.name}.${String(this.lives)}`;
  }
}

export type { Photo };
