import type { LeaseId, OwnerId, QueueId, Segment, TaskIndex } from './ids';

/** Where a payload belongs. It is bound to its place: moved elsewhere it does not open. */
export interface Place extends QueueId {
  readonly segment: Segment;
  readonly index: TaskIndex;
  readonly type: 'Added' | 'Acked';
  /** '' in Added. */
  readonly leaseId: LeaseId | '';
}

/** Seals with one key of one owner, without waiting. */
export interface Sealer {
  readonly keyId: string;
  seal(place: Place, fields: Readonly<Record<string, Buffer>>): Buffer;
}

/** Encrypts what owners write. */
export interface Vault {
  /** With the owner's newest key. Rejects with KeyUnavailable. */
  sealer(ownerId: OwnerId): Promise<Sealer>;
  /** Opens one field. Rejects with KeyUnavailable or PayloadUnreadable (changed, or not of this place). */
  open(place: Place, keyId: string, payload: Buffer, field: string): Promise<Buffer>;
}
