import type {
  EventRow,
  IndexRange,
  QueueId,
  RecordRow,
  RewoundRow,
  Segment,
  StoredQuery,
  StoredRow,
} from '../../domain';
import { encodeEvent, RangeSet, segmentEnd, segmentOf, segmentStart } from '../../domain';
import { noSuchQueue } from '../queueNames';
import type { QueueIds } from './queueIds';
import { toEventRow, toRewoundRow, toStoredRow } from './rows';
import type { Statements } from './statements';

const PAGE_ROWS_MAX = 1000;
const PAGE_BYTES_MAX = 256 * 1024;

/** Reads events, and writes records for who audits them. No statement stays open between two calls, so none holds up a write. */
export class Reads {
  constructor(
    private readonly statements: Statements,
    private readonly queueIds: QueueIds,
  ) {}

  read(queue: QueueId, ranges: readonly IndexRange[]): EventRow[] {
    const id = this.queueIds.find(queue);
    if (id === undefined) return [];
    const rows: EventRow[] = [];
    for (const { from, to } of disjoint(ranges)) {
      for (const columns of this.statements.read.all(id, from, to)) {
        rows.push(toEventRow(queue, columns));
      }
    }
    return rows;
  }

  /** The rows of the segment that follow `after`, as many as one page may hold. Empty: that was all. */
  page(queue: QueueId, segment: Segment, after: EventRow | null): EventRow[] {
    const id = this.queueIds.find(queue);
    const segmentSize = id === undefined ? undefined : this.statements.segmentSize.get(id);
    if (id === undefined || segmentSize === undefined) return [];
    const { index, epoch, version, eventId } = after ?? {
      index: segmentStart(segment, segmentSize),
      epoch: 0,
      version: 0,
      eventId: '',
    };
    const end = segmentEnd(segment, segmentSize);
    const rows: EventRow[] = [];
    let bytes = 0;
    for (const columns of this.statements.scan.iterate(id, index, epoch, version, eventId, end)) {
      rows.push(toEventRow(queue, columns));
      bytes += columns[5].length;
      if (rows.length >= PAGE_ROWS_MAX || bytes >= PAGE_BYTES_MAX) break;
    }
    return rows;
  }

  /**
   * The stored rows that follow `after`, as many as one page may hold; those of any epoch or version that
   * somebody made up, too. Empty: that was all.
   */
  storedPage(
    queue: QueueId,
    { segment, task, payloads }: StoredQuery,
    after: StoredRow | null,
  ): StoredRow[] {
    const id = this.queueIds.find(queue);
    const segmentSize = id === undefined ? undefined : this.statements.segmentSize.get(id);
    if (id === undefined || segmentSize === undefined) return [];
    if (task !== null && segmentOf(task, segmentSize) !== segment) return [];
    const { index, epoch, version, eventId } = after ?? {
      index: task ?? segmentStart(segment, segmentSize),
      epoch: Number.MIN_SAFE_INTEGER,
      version: 0,
      eventId: '',
    };
    const end = task ?? segmentEnd(segment, segmentSize);
    const query = payloads ? this.statements.stored : this.statements.storedClosed;
    const rows: StoredRow[] = [];
    let bytes = 0;
    for (const columns of query.iterate(id, index, epoch, version, eventId, end)) {
      const row = toStoredRow(columns);
      rows.push(row);
      bytes += row.body.length + (row.payload?.length ?? 0);
      if (rows.length >= PAGE_ROWS_MAX || bytes >= PAGE_BYTES_MAX) break;
    }
    return rows;
  }

  /** The same of the queue as a whole. */
  storedOfQueuePage(queue: QueueId, after: StoredRow | null): StoredRow[] {
    const id = this.queueIds.find(queue);
    if (id === undefined) return [];
    const { epoch, version, eventId } = after ?? { epoch: 0, version: 0, eventId: '' };
    return this.statements.ofQueue.all(id, epoch, version, eventId, PAGE_ROWS_MAX).map(toStoredRow);
  }

  record(queue: QueueId, { epoch, version, eventId, at, event }: RecordRow): void {
    const id = this.queueIds.find(queue);
    if (id === undefined) throw noSuchQueue(queue);
    this.statements.insertRecord.run(id, epoch, version, eventId, at, encodeEvent(event));
  }

  rewinds(queue: QueueId): RewoundRow[] {
    const id = this.queueIds.find(queue);
    if (id === undefined) return [];
    return this.statements.rewound.all(id).map((columns) => toRewoundRow(queue, columns));
  }
}

/** The same indices, ascending and each once, whatever the caller gave. */
const disjoint = (ranges: readonly IndexRange[]): readonly IndexRange[] =>
  ranges.length < 2 ? ranges : new RangeSet(ranges).toArray();
