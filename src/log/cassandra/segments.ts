import type { Epoch, QueueId, Segment, SegmentClosed, SegmentRow } from '../../domain';
import { OutcomeUnknown, segmentEnd } from '../../domain';
import { isStorable } from '../queueNames';
import type { Heads } from './heads';
import type { RepeatUntil } from './repeatedWrite';
import { writeRepeatedly } from './repeatedWrite';
import { toSegmentRow } from './rows';
import type { Session } from './session';
import type { SegmentColumns } from './columns';
import type { Statements } from './statements';

const PAGE_ROWS = 5000;
const FLOOR_TRIES_MAX = 5;

/** What becomes of a segment: open, closed when nothing in it can change, dropped by retention. */
export class Segments {
  constructor(
    private readonly session: Session,
    private readonly statements: Statements,
    private readonly heads: Heads,
    private readonly repeat: RepeatUntil,
  ) {}

  async list(queue: QueueId): Promise<SegmentRow[]> {
    if (!isStorable(queue)) return [];
    const query = this.statements.segments(queue);
    const found: SegmentRow[] = [];
    let next: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof this.page>> = await this.page(query, next);
      found.push(...page.rows.map(toSegmentRow));
      next = page.next;
    } while (next !== null);
    return found;
  }

  async close(
    queue: QueueId,
    epoch: Epoch,
    segment: Segment,
    closed: SegmentClosed,
  ): Promise<boolean> {
    if (!isStorable(queue)) return false;
    const change = [this.statements.closeSegment(queue, segment, closed, epoch)];
    return this.decide(queue, segment, change, 'closed');
  }

  /**
   * Floor, events, status: below the floor nothing is opened again, so what is closed stays closed while
   * its events go. A process that dies on the way leaves a segment that is closed still: dropping it again
   * deletes the rest.
   */
  async drop(queue: QueueId, epoch: Epoch, segment: Segment): Promise<boolean> {
    if (!(await this.raiseFloor(queue, epoch, segment))) return false;
    const deletion = this.statements.deleteEvents(queue, segment);
    await writeRepeatedly(() => this.session.write([deletion]), this.repeat);
    const change = [this.statements.dropSegment(queue, segment)];
    return this.decide(queue, segment, change, 'dropped');
  }

  /** The floor never goes down, so the transaction also tests the one it was taken from. */
  private async raiseFloor(queue: QueueId, epoch: Epoch, segment: Segment): Promise<boolean> {
    for (let tries = 0; tries < FLOOR_TRIES_MAX; tries++) {
      const head = await this.heads.read(queue);
      const row = await this.find(queue, segment);
      if (head?.epoch !== epoch || row?.status !== 'closed') return false;
      const floor = Math.max(head.floor, segmentEnd(segment, head.segmentSize));
      const change = [this.statements.raiseFloor(queue, floor, head)];
      try {
        if (await this.session.decide(change)) return true;
      } catch (error) {
        if (!(error instanceof OutcomeUnknown)) throw error;
        const found = await this.heads.readSerially(queue).catch(() => null);
        // Raised by whoever it was, and not rewound since the segment was seen closed.
        if (found?.epoch === epoch && found.floor >= floor) return true;
        throw error;
      }
    }
    return false;
  }

  /** After an unknown outcome the status decides: nobody sets it to this but for the same reason. */
  private async decide(
    queue: QueueId,
    segment: Segment,
    change: Parameters<Session['decide']>[0],
    becomes: SegmentRow['status'],
  ): Promise<boolean> {
    try {
      return await this.session.decide(change);
    } catch (error) {
      if (!(error instanceof OutcomeUnknown)) throw error;
      const query = this.statements.segment(queue, segment);
      const [row] = await this.session.rowsSerially<SegmentColumns>(query).catch(() => []);
      if (row?.status === becomes) return true;
      throw error;
    }
  }

  private async find(queue: QueueId, segment: Segment): Promise<SegmentRow | null> {
    if (!isStorable(queue)) return null;
    const [row] = await this.session.rows<SegmentColumns>(this.statements.segment(queue, segment));
    return row ? toSegmentRow(row) : null;
  }

  private page(query: ReturnType<Statements['segments']>, next: string | null) {
    return this.session.page<SegmentColumns>(query, PAGE_ROWS, next);
  }
}
