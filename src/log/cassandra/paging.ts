import type { Bound, Page, Session } from './session';

/** Of what nothing is known. */
export const ROWS_FIRST = 64;
const ROWS_MIN = 4;
/** Rows without payloads are all small. */
export const ROWS_MAX = 2000;
/** Where payloads are read, small rows may be followed by large ones: 64 MiB of those of 256 KiB. */
export const PAYLOAD_ROWS_MAX = 256;
/** What a page should hold. The protocol counts rows, so the size of those before tells how many. */
const PAGE_BYTES = 1024 * 1024;
const ROW_BYTES = 150;

interface Sized {
  /** null: somebody has removed it. */
  readonly body: string | null;
  readonly payload?: Buffer | null;
}

/**
 * All rows of a query, page by page, each of about a megabyte if its rows are like those before.
 * `rowsFirst`: how many there may well be; a page that is not full is known to be the last.
 */
export async function* pagesOf<Row extends Sized>(
  session: Session,
  query: Bound,
  rowsMax = ROWS_MAX,
  rowsFirst = ROWS_FIRST,
): AsyncGenerator<readonly Row[]> {
  let fetchSize = Math.min(rowsFirst, rowsMax);
  let next: string | null = null;
  do {
    const page: Page<Row> = await session.page<Row>(query, fetchSize, next);
    if (page.rows.length > 0) {
      yield page.rows;
      fetchSize = Math.min(rowsMax, rowsOfOnePage(page.rows));
    }
    next = page.next;
  } while (next !== null);
}

function rowsOfOnePage(sample: readonly Sized[]): number {
  let bytes = 0;
  for (const { body, payload } of sample)
    bytes += ROW_BYTES + (body?.length ?? 0) + (payload?.length ?? 0);
  const fitting = Math.floor((PAGE_BYTES * sample.length) / bytes);
  return Math.max(ROWS_MIN, fitting);
}
