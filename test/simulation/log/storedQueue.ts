import type {
  EventRow,
  Head,
  IndexRange,
  RecordRow,
  Rewound,
  Segment,
  SegmentRow,
  StoredRow,
  StoredSeal,
} from '../../../src/domain';
import { encodeEvent, segmentEnd, segmentOf, segmentStart } from '../../../src/domain';

/** A rewind or a record: what is of the queue as a whole. */
export interface OfQueue {
  readonly epoch: number;
  readonly version: number;
  readonly eventId: string;
  readonly at: number;
  readonly event: Rewound | RecordRow['event'];
}

interface Ordered {
  readonly epoch: number;
  readonly version: number;
  readonly eventId: string;
}

/** One queue of a log that is kept in this process. */
export class StoredQueue {
  readonly segments: SegmentRow[] = [];
  readonly ofQueue: OfQueue[] = [];
  readonly seals: StoredSeal[] = [];
  readonly sealLists = new Map<string, Buffer>();
  private readonly tasks = new Map<number, EventRow[]>();

  constructor(public head: Head) {
    this.openClaimedSegment();
  }

  /** The segment that ends where the queue is claimed to. */
  openClaimedSegment(): void {
    const segment = segmentOf(this.head.claimedTo, this.head.segmentSize);
    this.segments.push({ segment, status: 'open', lastAdded: 0, closedAt: null });
  }

  /** True: the segment was of this status, and is as told now. */
  setSegment(of: Segment, was: SegmentRow['status'], change: Partial<SegmentRow>): boolean {
    const at = this.segments.findIndex(({ segment, status }) => segment === of && status === was);
    const row = this.segments[at];
    if (!row) return false;
    this.segments[at] = { ...row, ...change };
    return true;
  }

  /** A row that is there already stays as it is. */
  insert(row: EventRow): void {
    const rows = this.tasks.get(row.index);
    if (rows) insertInOrder(rows, row);
    else this.tasks.set(row.index, [row]);
  }

  insertOfQueue(row: OfQueue): void {
    insertInOrder(this.ofQueue, row);
  }

  read(ranges: readonly IndexRange[]): EventRow[] {
    const within = (index: number) => ranges.some(({ from, to }) => from <= index && index <= to);
    return [...this.tasks.keys()]
      .filter(within)
      .sort((a, b) => a - b)
      .flatMap((index) => this.tasks.get(index) ?? []);
  }

  ofSegment(segment: Segment): EventRow[] {
    const { segmentSize } = this.head;
    const to = segmentEnd(segment, segmentSize);
    return this.read([{ from: segmentStart(segment, segmentSize), to }]);
  }

  deleteSegment(segment: Segment): void {
    for (const { index } of this.ofSegment(segment)) this.tasks.delete(index);
  }
}

export const encodedOfQueue = ({ event, ...row }: OfQueue): StoredRow => ({
  ...row,
  index: 0,
  type: '',
  body: encodeEvent(event),
  keyId: null,
  payload: null,
});

function insertInOrder<Row extends Ordered>(rows: Row[], row: Row): void {
  let at = rows.length;
  for (; at > 0; at--) {
    const order = compare(rows[at - 1] as Row, row);
    if (order === 0) return;
    if (order < 0) break;
  }
  rows.splice(at, 0, row);
}

const compare = (a: Ordered, b: Ordered): number =>
  a.epoch - b.epoch ||
  a.version - b.version ||
  (a.eventId === b.eventId ? 0 : a.eventId < b.eventId ? -1 : 1);
