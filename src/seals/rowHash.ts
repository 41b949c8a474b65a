import { createHash } from 'node:crypto';
import type { StoredRow } from '../domain';

/** Where a row stands. */
export type RowKey = Pick<StoredRow, 'index' | 'epoch' | 'version'>;

/**
 * SHA-256 of all that a row holds beside its place, the ciphertext as it is. Each part has its length in
 * front, and null is another part than none, so that no two contents are one.
 */
export function contentsHash({ eventId, type, at, body, keyId, payload }: StoredRow): Buffer {
  const hash = createHash('sha256');
  for (const part of [eventId, type, at, body, keyId, payload]) {
    const bytes = bytesOf(part);
    const length = Buffer.alloc(5);
    length.writeUInt8(bytes === null ? 0 : 1);
    length.writeUInt32BE(bytes?.length ?? 0, 1);
    hash.update(length);
    if (bytes !== null) hash.update(bytes);
  }
  return hash.digest();
}

function bytesOf(part: string | number | Buffer | null): Buffer | null {
  if (part === null || Buffer.isBuffer(part)) return part;
  if (typeof part === 'string') return Buffer.from(part);
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(part);
  return bytes;
}

/** The hash of rows in order: each its place and the hash of its contents, all of fixed length. */
export class RowsHash {
  private readonly hash = createHash('sha256');
  private readonly place = Buffer.alloc(24);

  take({ index, epoch, version }: RowKey, contents: Buffer): void {
    this.place.writeDoubleBE(index, 0);
    this.place.writeDoubleBE(epoch, 8);
    this.place.writeDoubleBE(version, 16);
    this.hash.update(this.place).update(contents);
  }

  end(): string {
    return this.hash.digest('hex');
  }
}
