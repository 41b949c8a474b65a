import type { EventRow, RecordRow, Rewound, StoredRow } from './events';
import type { Head, SegmentRow } from './head';
import type { Epoch, QueueId, Segment, TaskIndex, Version } from './ids';
import type { IndexRange } from './ranges';
import type { SealList, StoredSeal } from './seal';
import type { Rewind } from './task';

/**
 * The log: the only truth. Event rows are inserted, never updated, never deleted one by one.
 *
 * Every method rejects with LogUnavailable where it surely changed nothing, and with OutcomeUnknown
 * where it may have; an append also with InvalidInput, where its rows are more than the server takes. The
 * contract suite (test/contract/log) says what each adapter must do.
 */
export interface Log {
  /**
   * A confirmation may rest on a read of the epoch this old, in milliseconds: so long a rebuild has to
   * wait before it folds (rule F1). 0 where the append itself checks the epoch.
   */
  readonly epochLeaseMs: number;

  /** The queue's head, by a read that sees every change confirmed before; null: no such queue. */
  head(queue: QueueId): Promise<Head | null>;

  /** Creates the queue with epoch 1 and its first segment claimed; a queue that is there stays as it is. */
  createQueue(queue: QueueId, settings: CreateQueue): Promise<HeadChange>;

  /** Claims the next segment, if epoch and claimedTo are still those that were read. */
  claimSegment(queue: QueueId, read: HeadRead): Promise<HeadChange>;

  /** Raises the epoch by 1 and claims the next segment, if epoch and claimedTo are those that were read. */
  raise(queue: QueueId, read: HeadRead, raisedBy: string): Promise<HeadChange>;

  /**
   * Raises the epoch by 1 to that of `rewind`, sets the rewinds, opens the segments from that of
   * last + 1 on again and writes the Rewound row, if epoch and claimedTo are those that were read and
   * `rewind.last` is not below the floor.
   */
  rewind(queue: QueueId, read: HeadRead, change: RewindChange): Promise<HeadChange>;

  /** The segments of the queue, ascending. */
  segments(queue: QueueId): Promise<readonly SegmentRow[]>;

  /** Marks an open segment closed, if the epoch is still `epoch` (the one whose gaps were read). */
  closeSegment(
    queue: QueueId,
    epoch: Epoch,
    segment: Segment,
    closed: SegmentClosed,
  ): Promise<boolean>;

  /**
   * Raises the floor to the end of a closed segment, if the epoch is still `epoch`, and drops the
   * segment's events, last of all its status. False: not applied (another epoch, or it is not closed).
   * A segment whose drop was interrupted is closed still, and can be dropped again.
   */
  dropSegment(queue: QueueId, epoch: Epoch, segment: Segment): Promise<boolean>;

  /**
   * Appends batches, each the rows of one segment, as decided in `epoch`, and says of each whether it
   * may be acted upon. A row that is there already is left as it is, so a batch can be repeated.
   * No batch: asks only whether `epoch` is still the queue's.
   */
  append(queue: QueueId, epoch: Epoch, batches: readonly Batch[]): Promise<readonly Confirmation[]>;

  /** Whether `epoch` is still the queue's; what was read or appended before the call then stands. */
  confirm(queue: QueueId, epoch: Epoch): Promise<Confirmation>;

  /** The rows of the tasks in the ranges, in order of (index, epoch, version). */
  read(queue: QueueId, ranges: readonly IndexRange[]): Promise<readonly EventRow[]>;

  /** The rows of one segment in the same order, in batches bounded in bytes, without payloads. */
  scan(queue: QueueId, segment: Segment): AsyncIterable<readonly EventRow[]>;

  /**
   * The seals of the queue above number `after` (without: all), ascending by number. They stay when their
   * segment is dropped.
   */
  seals(queue: QueueId, after?: number): Promise<readonly StoredSeal[]>;

  /** The list of a seal, by its number and hash; null: it is not there. */
  sealList(queue: QueueId, number: number, hash: string): Promise<Buffer | null>;

  /** Writes a seal once, if the newest one is that before it. False: it is not. */
  writeSeal(queue: QueueId, seal: StoredSeal, list: SealList): Promise<boolean>;

  /** The rewinds of the queue as they were logged, oldest first. */
  rewinds(queue: QueueId): Promise<readonly RewoundRow[]>;

  /**
   * The rows of one segment, or of one task in it, as they are stored, in the order of scan and in
   * batches bounded in bytes; with payloads only where these are asked for.
   */
  stored(queue: QueueId, what: StoredQuery): AsyncIterable<readonly StoredRow[]>;

  /** Rewinds and records of the queue as they are stored, in order of (epoch, version). */
  storedOfQueue(queue: QueueId): AsyncIterable<readonly StoredRow[]>;

  /** Writes a record; one that is there already, by epoch, version and eventId, stays as it is. */
  record(queue: QueueId, row: RecordRow): Promise<void>;

  /** One page of the queues that exist; `after` is the last one of the page before. */
  queues(page: {
    readonly after: QueueId | null;
    readonly max: number;
  }): Promise<readonly QueueId[]>;

  close(): Promise<void>;
}

export interface StoredQuery {
  readonly segment: Segment;
  /** null: all of the segment. */
  readonly task: TaskIndex | null;
  readonly payloads: boolean;
}

export interface CreateQueue {
  readonly segmentSize: number;
  readonly raisedBy: string;
}

/** What a caller has read of the head before it changes it. */
export type HeadRead = Pick<Head, 'epoch' | 'claimedTo'>;

/** `head`: as it stands now, changed or not. */
export interface HeadChange {
  readonly applied: boolean;
  readonly head: Head;
}

export interface SegmentClosed {
  /** The highest index with an Added, 0: there is none. */
  readonly lastAdded: number;
  /** By the lease clock. */
  readonly closedAt: number;
}

export interface RewindChange {
  readonly rewind: Rewind;
  /** All rewinds of the head afterwards, the new one last. */
  readonly rewinds: readonly Rewind[];
  readonly raisedBy: string;
  readonly eventId: string;
}

export interface RewoundRow {
  readonly epoch: Epoch;
  readonly version: Version;
  readonly at: number;
  readonly event: Rewound;
}

/** Rows of one segment; they are written together or not at all. */
export type Batch = readonly EventRow[];

/**
 * confirmed: the rows are in the log and were there before any fold of a newer epoch began.
 * moved: the queue is in the newer epoch `epoch`; the rows may or may not be in the log.
 * failed: this batch alone, for this reason.
 */
export type Confirmation =
  | { readonly type: 'confirmed' }
  | { readonly type: 'moved'; readonly epoch: Epoch }
  | { readonly type: 'failed'; readonly error: Error };
