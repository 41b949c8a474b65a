import type { Epoch, Head, Log, QueueId } from '../../domain';
import type { CallPort } from './deadline';

/** Claims segments of one queue in the log; one claim of this node at a time. */
export class SegmentClaims {
  private claiming: Promise<void> | null = null;

  /** @param extend tells the projection up to where the head allows indices to be given. */
  constructor(
    private readonly log: Log,
    private readonly queue: QueueId,
    private readonly call: CallPort,
    private readonly extend: (head: Head) => Promise<unknown>,
  ) {}

  /** In a newer epoch nothing is claimed: the next round finds out. */
  claim(epoch: Epoch): Promise<void> {
    this.claiming ??= this.claimNext(epoch).finally(() => {
      this.claiming = null;
    });
    return this.claiming;
  }

  private async claimNext(epoch: Epoch): Promise<void> {
    const read = await this.call('head', this.log.head(this.queue));
    if (read?.epoch !== epoch) return;
    const { head } = await this.call('claimSegment', this.log.claimSegment(this.queue, read));
    // Not applied, but in this epoch: another node claimed, which serves as well.
    if (head.epoch === epoch) await this.extend(head);
  }
}
