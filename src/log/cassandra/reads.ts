import type {
  EventRow,
  IndexRange,
  QueueId,
  RewoundRow,
  Segment,
  StoredQuery,
  StoredRow,
} from '../../domain';
import { RangeSet, segmentEnd, segmentOf } from '../../domain';
import { isStorable } from '../queueNames';
import { mapBounded } from './bounded';
import type { Clock } from './instant';
import type { Look, Looks } from './looks';
import { pagesOf, PAYLOAD_ROWS_MAX, ROWS_FIRST, ROWS_MAX } from './paging';
import { toEventRow, toHead, toRewoundRow, toStoredRow } from './rows';
import type { Bound, Session } from './session';
import type { EventColumns, HeadColumns, OfQueueColumns, StoredColumns } from './columns';
import type { Statements } from './statements';

const SLICES_AT_ONCE = 8;
/** Types of what is kept beside the rewinds. */
const RECORDS: readonly string[] = ['Refused', 'Revealed'];

/** Indices of one segment. */
interface Slice extends IndexRange {
  readonly segment: Segment;
}

/** Reads events: a run of tasks is one slice of each partition it touches. */
export class Reads {
  constructor(
    private readonly session: Session,
    private readonly statements: Statements,
    private readonly looks: Looks,
    private readonly clock: Clock,
  ) {}

  async read(queue: QueueId, ranges: readonly IndexRange[]): Promise<EventRow[]> {
    const wanted = disjoint(ranges);
    const last = wanted[wanted.length - 1];
    const look = last && (await this.lookUpTo(queue, last.to));
    if (!look) return [];
    const slices = slicesOf(wanted, look);
    return (await mapBounded(slices, SLICES_AT_ONCE, (slice) => this.slice(queue, slice))).flat();
  }

  async *scan(queue: QueueId, segment: Segment): AsyncGenerator<readonly EventRow[]> {
    if (!isStorable(queue)) return;
    const query = this.statements.scan(queue, segment);
    for await (const rows of pagesOf<EventColumns>(this.session, query)) {
      yield rows.map((columns) => toEventRow(queue, columns));
    }
  }

  async *stored(queue: QueueId, what: StoredQuery): AsyncGenerator<readonly StoredRow[]> {
    if (!isStorable(queue)) return;
    const query = this.storedQuery(queue, what);
    const rowsMax = what.payloads ? PAYLOAD_ROWS_MAX : ROWS_MAX;
    for await (const rows of pagesOf<StoredColumns>(this.session, query, rowsMax)) {
      yield rows.map(toStoredRow);
    }
  }

  /** Without the rewinds whose row was not written: those are in the head (`rewinds` has them). */
  async *storedOfQueue(queue: QueueId): AsyncGenerator<readonly StoredRow[]> {
    if (!isStorable(queue)) return;
    const query = this.statements.ofQueue(queue);
    for await (const rows of pagesOf<StoredColumns>(this.session, query)) {
      yield rows.map(toStoredRow);
    }
  }

  /** As they were logged; one whose row was not written, because its node died, comes from the head. */
  async rewinds(queue: QueueId): Promise<RewoundRow[]> {
    if (!isStorable(queue)) return [];
    const rewound: RewoundRow[] = [];
    for await (const rows of pagesOf<OfQueueColumns>(this.session, this.statements.ofQueue(queue)))
      for (const columns of rows) {
        if (!RECORDS.includes(columns.type)) rewound.push(toRewoundRow(queue, columns));
      }
    const logged = new Set(rewound.map(({ epoch }) => epoch));
    const [head] = await this.session.rows<HeadColumns>(this.statements.head(queue));
    for (const { epoch, last, at } of head ? toHead(head).rewinds : []) {
      if (logged.has(epoch)) continue;
      const version = 0 as RewoundRow['version'];
      rewound.push({ epoch, version, at, event: { type: 'Rewound', v: 1, last } });
    }
    return rewound.sort((a, b) => a.epoch - b.epoch);
  }

  /** Nothing is above claimedTo, so a newer look is needed only for what is above that of the known one. */
  private async lookUpTo(queue: QueueId, index: number): Promise<Look | null> {
    const known = this.looks.known(queue);
    if (known && index <= known.claimedTo) return known;
    return this.looks.begunSince(queue, this.clock());
  }

  private storedQuery(queue: QueueId, { segment, task, payloads }: StoredQuery): Bound {
    if (task !== null) {
      return payloads
        ? this.statements.storedOfTask(queue, segment, task)
        : this.statements.storedOfTaskClosed(queue, segment, task);
    }
    return payloads
      ? this.statements.stored(queue, segment)
      : this.statements.storedClosed(queue, segment);
  }

  private async slice(queue: QueueId, { segment, from, to }: Slice): Promise<EventRow[]> {
    const query = this.statements.slice(queue, segment, from, to);
    const found: EventRow[] = [];
    // Most tasks that are read are waiting, with one row.
    const rowsFirst = to - from + 1 + ROWS_FIRST;
    const pages = pagesOf<EventColumns>(this.session, query, PAYLOAD_ROWS_MAX, rowsFirst);
    for await (const rows of pages) {
      for (const columns of rows) found.push(toEventRow(queue, columns));
    }
    return found;
  }
}

function slicesOf(ranges: readonly IndexRange[], { claimedTo, segmentSize }: Look): Slice[] {
  const slices: Slice[] = [];
  for (const range of ranges) {
    const to = Math.min(range.to, claimedTo);
    for (let from = Math.max(range.from, 1); from <= to;) {
      const segment = segmentOf(from, segmentSize);
      const end = Math.min(segmentEnd(segment, segmentSize), to);
      slices.push({ segment, from, to: end });
      from = end + 1;
    }
  }
  return slices;
}

/** The same indices, ascending and each once, whatever the caller gave. */
const disjoint = (ranges: readonly IndexRange[]): readonly IndexRange[] =>
  ranges.length < 2 ? ranges : new RangeSet(ranges).toArray();
