import type { Epoch, QueueId, Segment, SegmentRow } from '../../domain';
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

  async close(queue: QueueId, epoch: Epoch, segment: Segment, lastAdded: number): Promise<boolean> {
    if (!isStorable(queue)) return false;
    const change = [this.statements.closeSegment(queue, segment, lastAdded, epoch)];
    return this.decide(queue, segment, change, 'closed');
  }

  /** The events go after the floor is raised; a repeat deletes what a process that died has left. */
  async drop(queue: QueueId, epoch: Epoch, segment: Segment): Promise<boolean> {
    const dropped = await this.markDropped(queue, epoch, segment);
    if (dropped === 'no') return false;
    await writeRepeatedly(
      this.session,
      [this.statements.deleteEvents(queue, segment)],
      this.repeat,
    );
    return dropped === 'now';
  }

  /** The floor never goes down, so the transaction also tests the one it was taken from. */
  private async markDropped(
    queue: QueueId,
    epoch: Epoch,
    segment: Segment,
  ): Promise<'now' | 'before' | 'no'> {
    for (let tries = 0; tries < FLOOR_TRIES_MAX; tries++) {
      const head = await this.heads.read(queue);
      const row = await this.find(queue, segment);
      if (row?.status === 'dropped') return 'before';
      if (head?.epoch !== epoch || row?.status !== 'closed') return 'no';
      const floor = Math.max(head.floor, segmentEnd(segment, head.segmentSize));
      const change = [
        this.statements.raiseFloor(queue, floor, head),
        this.statements.dropSegment(queue, segment),
      ];
      if (await this.decide(queue, segment, change, 'dropped')) return 'now';
    }
    return 'no';
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
