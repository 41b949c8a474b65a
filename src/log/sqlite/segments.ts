import type { Epoch, QueueId, Segment, SegmentClosed, SegmentRow } from '../../domain';
import { segmentEnd, segmentStart } from '../../domain';
import type { QueueIds } from './queueIds';
import { toSegmentRow } from './rows';
import type { Statements } from './statements';
import type { Transact } from './transaction';

/** What becomes of a segment: open, closed when nothing in it can change, dropped by retention. */
export class Segments {
  constructor(
    private readonly statements: Statements,
    private readonly queueIds: QueueIds,
    private readonly transact: Transact,
  ) {}

  list(queue: QueueId): SegmentRow[] {
    const id = this.queueIds.find(queue);
    return id === undefined ? [] : this.statements.segments.all(id).map(toSegmentRow);
  }

  close(
    queue: QueueId,
    epoch: Epoch,
    segment: Segment,
    { lastAdded, closedAt }: SegmentClosed,
  ): boolean {
    const id = this.queueIds.find(queue);
    if (id === undefined) return false;
    return this.transact(
      () => this.statements.closeSegment.run(lastAdded, closedAt, id, segment, epoch).changes > 0,
    );
  }

  drop(queue: QueueId, epoch: Epoch, segment: Segment): boolean {
    const id = this.queueIds.find(queue);
    if (id === undefined) return false;
    return this.transact(() => {
      if (this.statements.dropSegment.run(id, segment, epoch).changes === 0) return false;
      const segmentSize = this.statements.segmentSize.get(id) ?? 1;
      const end = segmentEnd(segment, segmentSize);
      this.statements.raiseFloor.run(end, id);
      this.statements.deleteEvents.run(id, segmentStart(segment, segmentSize), end);
      return true;
    });
  }
}
