import type { Epoch, Head, QueueId } from '../../domain';
import { createQueue } from '../createQueue';
import { rebuild } from '../rebuild';
import type { Ports, Settings } from '../settings';

type Needs = Pick<Ports, 'log' | 'projection' | 'eventId' | 'monotonic' | 'wait'>;

/**
 * In which epoch this node believes a queue to be. null: as far as it knows there is no such queue. A
 * belief that is too old is harmless: the projection answers stale, the log answers moved.
 */
export class Epochs {
  private head: Head | null = null;
  private renewing: Promise<Head | null> | null = null;

  constructor(
    private readonly needs: Needs,
    private readonly queue: QueueId,
    private readonly settings: Pick<Settings, 'segmentSize'>,
  ) {}

  get isRenewing(): boolean {
    return this.renewing !== null;
  }

  async current(): Promise<Head | null> {
    if (this.renewing) return this.renewing;
    this.head ??= await this.needs.log.head(this.queue);
    return this.head;
  }

  /** The belief was wrong: the next `current` reads the log. */
  forget(): void {
    this.head = null;
  }

  async create(): Promise<Head> {
    this.head = await createQueue(this.needs, this.queue, this.settings.segmentSize);
    return this.head;
  }

  /**
   * After a stale answer that found `there` open: adopts it if the log agrees, else rebuilds. One at a
   * time; it goes on where its caller has stopped waiting.
   */
  renew(there: Epoch | null): Promise<Head | null> {
    this.renewing ??= this.adoptOrRebuild(there).finally(() => {
      this.renewing = null;
    });
    return this.renewing;
  }

  private async adoptOrRebuild(there: Epoch | null): Promise<Head | null> {
    const believed = this.head?.epoch;
    this.head = null;
    const head = await this.needs.log.head(this.queue);
    if (!head || head.epoch === there) return (this.head = head);
    return (this.head = await rebuild(this.needs, this.queue, believed ?? head.epoch));
  }
}
