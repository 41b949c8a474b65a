import type {
  CreateQueue,
  Epoch,
  Head,
  HeadChange,
  HeadRead,
  QueueId,
  RewindChange,
  Segment,
} from '../../domain';
import { InvalidInput, OutcomeUnknown, segmentOf } from '../../domain';
import { ensureStorable, isStorable, noSuchQueue } from '../queueNames';
import type { Directory } from './directory';
import { toHead } from './rows';
import type { Bound, Session } from './session';
import type { HeadColumns } from './columns';
import type { Statements } from './statements';

/**
 * In one conditional batch, each with the names of the queue: with names of 256 bytes 10,000 are a
 * request of 5.5 MB and take 0.1 to 0.4 s (5.0.6); the server refuses one of over 16 MiB (30,000).
 */
const SEGMENTS_REOPENED_MAX = 10_000;

/**
 * What is left to find out once the outcome of a change is unknown, from the head as it stands then.
 * undefined: it does not say.
 */
type Verdict = (head: Head | null) => boolean | undefined;

/** The heads of the queues: each change is one lightweight transaction that tests what was read. */
export class Heads {
  constructor(
    private readonly session: Session,
    private readonly statements: Statements,
    private readonly directory: Directory,
  ) {}

  async read(queue: QueueId): Promise<Head | null> {
    if (!isStorable(queue)) return null;
    const [columns] = await this.session.rows<HeadColumns>(this.statements.head(queue));
    return columns === undefined ? null : toHead(columns);
  }

  async create(queue: QueueId, { segmentSize, raisedBy }: CreateQueue): Promise<HeadChange> {
    ensureStorable(queue);
    await this.directory.add(queue);
    const head: Head = {
      epoch: 1 as Epoch,
      raisedBy,
      claimedTo: segmentSize,
      floor: 0,
      segmentSize,
      rewinds: [],
    };
    return this.change(
      queue,
      [
        this.statements.create(queue, raisedBy, segmentSize),
        this.statements.openSegment(queue, 1 as Segment),
      ],
      head,
      // Of another: created, or raised since, which is not ours to open.
      (found) => (found ? found.raisedBy === raisedBy : undefined),
    );
  }

  async claimSegment(queue: QueueId, read: HeadRead): Promise<HeadChange> {
    const before = await this.existing(queue);
    if (!isAsRead(before, read)) return { applied: false, head: before };
    const claimedTo = before.claimedTo + before.segmentSize;
    const claimed = segmentOf(claimedTo, before.segmentSize);
    return this.change(
      queue,
      [this.statements.claim(queue, claimedTo, read), this.statements.openSegment(queue, claimed)],
      { ...before, claimedTo },
      // Whose claim it is that was applied cannot be told: to be made again, a hole is allowed.
      () => undefined,
    );
  }

  async raise(queue: QueueId, read: HeadRead, raisedBy: string): Promise<HeadChange> {
    const before = await this.existing(queue);
    if (!isAsRead(before, read)) return { applied: false, head: before };
    const epoch = (read.epoch + 1) as Epoch;
    const claimedTo = before.claimedTo + before.segmentSize;
    const claimed = segmentOf(claimedTo, before.segmentSize);
    return this.change(
      queue,
      [
        this.statements.raise(queue, { epoch, raisedBy, claimedTo }, read),
        this.statements.openSegment(queue, claimed),
      ],
      { ...before, epoch, raisedBy, claimedTo },
      raisedByDecides(epoch, raisedBy),
    );
  }

  async rewind(queue: QueueId, read: HeadRead, change: RewindChange): Promise<HeadChange> {
    const { rewind, rewinds, raisedBy, eventId } = change;
    if (rewind.epoch !== read.epoch + 1) throw new Error('A rewind is of the epoch it raises to');
    const before = await this.existing(queue);
    if (!isAsRead(before, read) || rewind.last < before.floor) {
      return { applied: false, head: before };
    }
    const { epoch, last } = rewind;
    const done = await this.change(
      queue,
      [
        this.statements.rewind(queue, { epoch, raisedBy, rewinds, last }, read),
        ...reopened(before, last).map((segment) => this.statements.reopenSegment(queue, segment)),
      ],
      { ...before, epoch, raisedBy, rewinds },
      raisedByDecides(epoch, raisedBy),
    );
    // For the audit; where it is missing it is derived from the head, so its failure is none.
    if (done.applied) {
      await this.session.write([this.statements.insertRewound(queue, eventId, rewind)]);
    }
    return done;
  }

  /** As it stands, after what others have begun is completed; null: no such queue. */
  async readSerially(queue: QueueId): Promise<Head | null> {
    const [columns] = await this.session.rowsSerially<HeadColumns>(this.statements.head(queue));
    return columns === undefined ? null : toHead(columns);
  }

  async existing(queue: QueueId): Promise<Head> {
    const head = await this.read(queue);
    if (!head) throw noSuchQueue(queue);
    return head;
  }

  /** `ifApplied`: the head as the change leaves it, which another may have changed again since. */
  private async change(
    queue: QueueId,
    statements: readonly Bound[],
    ifApplied: Head,
    verdict: Verdict,
  ): Promise<HeadChange> {
    let applied: boolean | undefined;
    let found: Head | null = null;
    try {
      applied = await this.session.decide(statements);
      if (applied) return { applied, head: ifApplied };
      found = await this.readSerially(queue);
    } catch (error) {
      if (!(error instanceof OutcomeUnknown)) throw error;
      found = await this.readSerially(queue).catch(() => null);
      applied = verdict(found);
      if (applied === undefined) throw error;
    }
    if (applied) return { applied, head: ifApplied };
    if (!found) throw noSuchQueue(queue);
    return { applied: false, head: found };
  }
}

const isAsRead = (head: Head, read: HeadRead): boolean =>
  head.epoch === read.epoch && head.claimedTo === read.claimedTo;

/**
 * The epoch is there: `raised_by` says whose it is. Not there yet: a coordinator that was slow may still
 * bring it. Newer: another has raised since, over ours or not.
 */
const raisedByDecides =
  (epoch: Epoch, raisedBy: string): Verdict =>
  (head) =>
    head?.epoch === epoch ? head.raisedBy === raisedBy : undefined;

/**
 * The segments from that of last + 1 on, also those that were open when it was looked: one may be closed
 * until the rewind is applied, which the conditions on the head do not notice. None of them is dropped,
 * because a dropped one ends at or below the floor.
 */
function reopened({ claimedTo, segmentSize }: Head, last: number): Segment[] {
  const first = segmentOf(last + 1, segmentSize);
  const newest = segmentOf(claimedTo, segmentSize);
  const count = newest - first + 1;
  if (count > SEGMENTS_REOPENED_MAX) {
    const lowest = (newest - SEGMENTS_REOPENED_MAX) * segmentSize;
    throw new InvalidInput(
      `Cannot rewind over ${String(count)} segments at once, at most ${String(SEGMENTS_REOPENED_MAX)}. ` +
        `Rewind to ${String(lowest)} or higher.`,
      { path: 'last', expected: `an integer from ${String(lowest)}`, given: last },
    );
  }
  return Array.from({ length: Math.max(0, count) }, (_, i) => (first + i) as Segment);
}
