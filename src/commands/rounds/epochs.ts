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
  /** As far as this node knows, the log has claimed indices up to here. */
  private claimedTo = 0;
  private renewing: Promise<Head | null> | null = null;

  constructor(
    private readonly needs: Needs,
    private readonly queue: QueueId,
    private readonly settings: Pick<Settings, 'segmentSize'>,
  ) {}

  /** The head that was found, with nothing wrong with it as far as this node knows. */
  get known(): Head | null {
    return this.renewing ? null : this.head;
  }

  get isRenewing(): boolean {
    return this.renewing !== null;
  }

  async current(): Promise<Head | null> {
    if (this.renewing) return this.renewing;
    return this.head ?? this.believe(await this.needs.log.head(this.queue));
  }

  /** Whether the log has claimed indices up to there, as far as this node knows. */
  isKnownClaimed(upTo: number): boolean {
    return upTo <= this.claimedTo;
  }

  /** The same, after a look at the log. */
  async isClaimed(upTo: number): Promise<boolean> {
    this.noteClaimed(await this.needs.log.head(this.queue));
    return this.isKnownClaimed(upTo);
  }

  noteClaimed(head: Head | null): void {
    this.claimedTo = Math.max(this.claimedTo, head?.claimedTo ?? 0);
  }

  /** The belief was wrong: the next `current` reads the log. */
  forget(): void {
    this.head = null;
  }

  async create(): Promise<Head> {
    const head = await createQueue(this.needs, this.queue, this.settings.segmentSize);
    this.believe(head);
    return head;
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
    if (!head || head.epoch === there) return this.believe(head);
    return this.believe(await rebuild(this.needs, this.queue, believed ?? head.epoch));
  }

  private believe(head: Head | null): Head | null {
    this.head = head;
    this.noteClaimed(head);
    return head;
  }
}
