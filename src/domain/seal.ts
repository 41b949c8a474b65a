import * as E from 'fp-ts/Either';
import * as t from 'io-ts';
import type { StoredRow } from './events';
import type { Epoch, QueueId, Segment } from './ids';

/** What a seal says of a closed segment. Hashes are SHA-256 in hex, times are milliseconds since 1970. */
export const Seal = t.strict({
  v: t.literal(1),
  ownerId: t.string,
  serviceId: t.string,
  /** Of the seals of the queue, from 1. */
  number: t.number,
  segment: t.number,
  /** The queue's when it was sealed: a rewind that reopens the segment has a newer one. */
  epoch: t.number,
  /** Tells one closing of the segment from another; null: closed by a release that did not note it. */
  closedAt: t.union([t.number, t.null]),
  sealedAt: t.number,
  /** How many rows there are, and the hash of all of them in order. */
  rows: t.number,
  rowsHash: t.string,
  /** Of the list that names each row. */
  listHash: t.string,
  /** Of the seal before it, body and signature; of the first: 64 zeros. */
  previous: t.string,
  /** SHA-256 of the public key that its signature is checked with. */
  signedBy: t.string,
});
export type Seal = t.TypeOf<typeof Seal>;

/** A seal as the log keeps it: what is signed is the text of `body`. */
export interface StoredSeal {
  readonly number: number;
  readonly segment: Segment;
  readonly body: string;
  /** Ed25519, base64. */
  readonly signature: string;
}

/** Names the rows of a seal, so that one that differs can be told. */
export interface SealList {
  readonly hash: string;
  readonly bytes: Buffer;
}

export const encodeSeal = (seal: Seal): string => JSON.stringify(seal);

/** null: this is none that this release knows. */
export function decodeSeal({ body }: Pick<StoredSeal, 'body'>): Seal | null {
  try {
    const seal = Seal.decode(JSON.parse(body));
    return E.isRight(seal) ? seal.right : null;
  } catch {
    return null;
  }
}

/** What the caller knows of the seal to be made. */
export interface Sealing {
  readonly queue: QueueId;
  readonly segment: Segment;
  readonly epoch: Epoch;
  readonly closedAt: number | null;
  readonly sealedAt: number;
  /** null: this is the first. */
  readonly before: StoredSeal | null;
}

/** Signs with a key that the log does not hold. */
export interface SegmentSealer {
  /** One seal: takes the rows of a segment in their order, then makes it. */
  begin(): SealUnderWay;
}

export interface SealUnderWay {
  take(rows: readonly StoredRow[]): void;
  end(sealing: Sealing): { readonly seal: StoredSeal; readonly list: SealList };
}
