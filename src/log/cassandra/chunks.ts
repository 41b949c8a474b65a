import type { EventRow } from '../../domain';

/** One mutation; the server refuses those of more than half a commit log segment, 16 MiB by default. */
const CHUNK_BYTES_MAX = 1024 * 1024;
/** What a row takes beside its payload and body, roughly: its key, the names of its type and columns. */
const ROW_BYTES = 150;
/** The protocol counts the statements of a batch in 16 bits. */
const CHUNK_ROWS_MAX = 10_000;

export interface EncodedRow {
  readonly row: EventRow;
  readonly body: string;
}

/** The rows of a batch, in order, in as few mutations as their bytes allow. */
export function chunksOf(
  rows: readonly EncodedRow[],
  bytesMax = CHUNK_BYTES_MAX,
): (readonly EncodedRow[])[] {
  const chunks: EncodedRow[][] = [];
  let chunk: EncodedRow[] = [];
  let bytes = 0;
  for (const encoded of rows) {
    const { row, body } = encoded;
    const size = ROW_BYTES + body.length + (row.payload?.length ?? 0);
    if (chunk.length > 0 && (bytes + size > bytesMax || chunk.length >= CHUNK_ROWS_MAX)) {
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
