import { createHash } from 'node:crypto';
import type { SealList } from '../domain';
import type { RowKey } from './rowHash';

/** A row as a list has it: its place and the beginning of the hash of its contents. */
export interface ListedRow extends RowKey {
  readonly mark: string;
}

/**
 * So much of a hash as names a row. That nothing changed rests on the whole hash of all rows, so a mark
 * need only be hard to meet by chance.
 */
const MARK_BYTES = 12;

export const markOf = (contents: Buffer): string => contents.toString('hex', 0, MARK_BYTES);

/** Three numbers of one to eight bytes, the index as the distance to the one before, then the mark. */
export function encodeList(rows: readonly ListedRow[]): SealList {
  const bytes = Buffer.alloc(rows.length * (3 * 8 + MARK_BYTES));
  let at = 0;
  let before = 0;
  const put = (value: number): void => {
    let rest = value < 0 ? -2 * value - 1 : 2 * value;
    for (; rest >= 128; rest = Math.floor(rest / 128)) bytes[at++] = (rest % 128) + 128;
    bytes[at++] = rest;
  };
  for (const { index, epoch, version, mark } of rows) {
    put(index - before);
    put(epoch);
    put(version);
    at += bytes.write(mark, at, 'hex');
    before = index;
  }
  return listOf(Buffer.from(bytes.subarray(0, at)));
}

/** null: these bytes are no list. */
export function decodeList(bytes: Buffer): ListedRow[] | null {
  const rows: ListedRow[] = [];
  let at = 0;
  const next = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++] ?? 0;
      value += (byte % 128) * scale;
      if (byte < 128) return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
    }
  };
  for (let index = 0; at < bytes.length;) {
    index += next();
    const row = { index, epoch: next(), version: next() };
    const mark = bytes.toString('hex', at, at + MARK_BYTES);
    at += MARK_BYTES;
    if (at > bytes.length) return null;
    rows.push({ ...row, mark });
  }
  return rows;
}

export const listHash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

const listOf = (bytes: Buffer): SealList => ({ hash: listHash(bytes), bytes });
