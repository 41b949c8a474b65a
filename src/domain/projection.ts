import type { Epoch, LeaseId, QueueId, Segment, TaskIndex, Version, WorkerId } from './ids';
import type { IndexRange } from './ranges';
import type { QueueState } from './queue';
import type { Lease } from './task';

/** A rebuild under way: `beat` goes up as long as it goes on. */
export interface Building {
  readonly epoch: Epoch;
  readonly beat: number;
}

/**
 * The projection: what a fast fetch needs, and nothing that is not in the log as well. It may be lost
 * at any moment. The contract suite (test/contract/projection) says what each adapter must do.
 */
export interface Projection {
  /**
   * Applies operations to one queue, in the order given, as one atomic step. Stale, before anything is
   * changed: there is no state of this queue, it is of another epoch, it is damaged, or it was written
   * on another server. Rejects with ProjectionUnavailable (surely nothing changed) or OutcomeUnknown.
   */
  round<Ops extends readonly Operation[]>(
    queue: QueueId,
    epoch: Epoch,
    operations: Ops,
  ): Promise<Round<Ops> | Stale>;

  /**
   * Who the server is that holds this queue, its time in milliseconds since 1970, and what was announced
   * last, if it is still there.
   */
  identity(queue: QueueId): Promise<{
    readonly identity: string;
    readonly now: number;
    readonly building: Building | null;
  }>;

  /** Says to other nodes that this epoch is being built, or that it no longer is. A hint: it may be lost. */
  announce(queue: QueueId, building: Building | null): Promise<void>;

  /** Closes the queue's epoch, if it is this one: rounds are stale until a newer one is restored. */
  shutEpoch(queue: QueueId, epoch: Epoch): Promise<void>;

  /**
   * Opens the state's epoch. Refused, with nothing changed: this or a newer epoch is there, or the
   * server that holds the queue is not `identity` any more.
   */
  restore(queue: QueueId, identity: string, state: QueueState): Promise<'opened' | 'refused'>;

  /**
   * Opens `to` in place of `from`: `fetched` goes back to `last`, returned tasks above it are
   * forgotten (the next index meets them), leases stay. `reopened`: the segments above `last`. Stale where
   * one that was claimed is not known: it was closed meanwhile, and what was forgotten is in the log only.
   */
  rewind(queue: QueueId, change: RewindInPlace): Promise<'opened' | 'stale'>;

  /** All that is held of a queue, as of one moment; null: nothing, or not readable. */
  snapshot(queue: QueueId): Promise<QueueState | null>;

  close(): Promise<void>;
}

export interface RewindInPlace {
  readonly from: Epoch;
  readonly to: Epoch;
  readonly last: number;
  readonly reopened: readonly Segment[];
}

/** Whose timeToRecover decides that another worker's lease has run out. */
export type RecoverBy = 'lease' | 'caller';

/** What a round applies of what was logged, then what it decides. */
export type Operation =
  /** The Added is in the log. VOID: the index is a gap or outside known, the add did not happen. */
  | { readonly do: 'publish'; readonly index: TaskIndex; readonly token: boolean }
  /** The task is acked: nobody holds it, it does not wait. */
  | { readonly do: 'settle'; readonly index: TaskIndex }
  /** The lease was recovered in the log; if it is still the task's, the task waits again. */
  | { readonly do: 'returned'; readonly index: TaskIndex; readonly leaseId: LeaseId }
  /** A claimed index has no Added: it becomes a gap, if the lease is still the task's. */
  | { readonly do: 'hole'; readonly index: TaskIndex; readonly leaseId: LeaseId }
  /** What of the range is still pending becomes a gap. */
  | { readonly do: 'markGap'; readonly range: IndexRange }
  /** Segments up to here were claimed in this epoch. */
  | { readonly do: 'extend'; readonly claimedTo: number }
  /** The segment is closed in the log. */
  | { readonly do: 'closeSegment'; readonly segment: Segment }
  /** The lease this worker holds, if it is `leaseId` or that is null. */
  | { readonly do: 'holding'; readonly workerId: WorkerId; readonly leaseId: LeaseId | null }
  /**
   * A task for this worker, leased to it at once: the one it holds, else one whose lease ran out, else
   * a returned one, else the next. A lease asked for by `holding` in this round does not run out in it.
   */
  | {
      readonly do: 'claim';
      readonly workerId: WorkerId;
      readonly timeToRecoverMs: number;
      readonly recoverBy: RecoverBy;
    }
  /** The next index, pending. null: none is left of what was claimed in the log. */
  | { readonly do: 'reserve' }
  /** Leases that have run out, oldest first; they stay until `returned`. */
  | { readonly do: 'expired'; readonly max: number }
  /** Pending indices older than this. */
  | { readonly do: 'stalePending'; readonly olderThanMs: number; readonly max: number }
  /**
   * Segments in which each index was handed out or is a gap, with nobody holding, waiting or pending in
   * them, lowest first, and their gaps.
   */
  | { readonly do: 'closable'; readonly max: number }
  | { readonly do: 'info'; readonly leasesMax: number };

export interface Reserved {
  readonly index: TaskIndex;
  readonly version: Version;
}

/** `recovered` and `version` are two versions: for a Recovered that may be needed, and for the Fetched. */
export interface Claim {
  readonly lease: Lease;
  readonly recovered: Version;
  readonly version: Version;
  /** Nobody was given this index before in this epoch. */
  readonly first: boolean;
}

export interface Held {
  readonly lease: Lease;
  readonly version: Version;
  /** Some task of the queue carries a token. */
  readonly tokens: boolean;
}

export interface Closable {
  readonly segment: Segment;
  readonly gaps: readonly IndexRange[];
}

export interface QueueInfo {
  readonly published: number;
  readonly fetched: number;
  readonly counts: QueueCounts;
  /** By fetchedAt, at most `leasesMax`. */
  readonly leases: readonly Lease[];
}

export interface QueueCounts {
  /** Tasks nobody holds that are not acked. */
  readonly waiting: number;
  readonly leased: number;
  /** Of the waiting, those that were delivered before. */
  readonly returned: number;
  /** Adds under way, or left behind by a node that died. */
  readonly pending: number;
  /** Open gaps: indices that never had a task. */
  readonly gaps: number;
}

interface Replies {
  publish: 'OK' | 'VOID';
  settle: 'OK';
  returned: 'OK';
  hole: 'OK';
  markGap: 'OK';
  extend: 'OK';
  closeSegment: 'OK';
  holding: Held | null;
  claim: Claim | null;
  reserve: Reserved | null;
  expired: readonly Held[];
  stalePending: readonly IndexRange[];
  closable: readonly Closable[];
  info: QueueInfo;
}

export type Reply<Op extends Operation = Operation> = Replies[Op['do']];

export interface Round<Ops extends readonly Operation[] = readonly Operation[]> {
  readonly type: 'round';
  /** The lease clock, milliseconds since 1970. */
  readonly now: number;
  readonly replies: { readonly [K in keyof Ops]: Ops[K] extends Operation ? Reply<Ops[K]> : never };
  readonly claimedTo: number;
  /** Few indices are left and this caller, alone for some seconds, should claim the next segment. */
  readonly claimSegment: boolean;
}

/** `epoch`: of the state that is there, null where there is none that can be used. */
export interface Stale {
  readonly type: 'stale';
  readonly epoch: Epoch | null;
}

export const stale = (epoch: Epoch | null): Stale => ({ type: 'stale', epoch });
