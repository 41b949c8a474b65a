import type { EventRow } from '../../domain';

/** One mutation; the server refuses those of more than half a commit log segment, 16 MiB by default. */
const CHUNK_BYTES_MAX = 1024 * 1024;
/**
 * What a row takes beside its payload and body, roughly: its key, the names of its type and columns. It
 * also keeps a chunk below the 65,535 statements that the protocol can count.
 */
const ROW_BYTES = 150;

export interface EncodedRow {
  readonly row: EventRow;
  readonly body: string;
}

/** What rows take in a request, roughly. */
export const bytesOf = (rows: readonly EncodedRow[]): number =>
  rows.reduce((sum, row) => sum + bytesOfRow(row), 0);

const bytesOfRow = ({ row, body }: EncodedRow): number =>
  ROW_BYTES + body.length + (row.payload?.length ?? 0);

/** The rows of a batch, in order, in as few mutations as their bytes allow. */
export function chunksOf(
  rows: readonly EncodedRow[],
  bytesMax = CHUNK_BYTES_MAX,
): (readonly EncodedRow[])[] {
  const chunks: EncodedRow[][] = [];
  let chunk: EncodedRow[] = [];
  let bytes = 0;
  for (const encoded of rows) {
    const size = bytesOfRow(encoded);
    if (chunk.length > 0 && bytes + size > bytesMax) {
      chunks.push(chunk);
      chunk = [];
      bytes = 0;
    }
    chunk.push(encoded);
    bytes += size;
  }
  if (chunk.length > 0) chunks.push(chunk);
  return chunks;
}
