import type { Client } from 'cassandra-driver';
import { pagesOf, PAYLOAD_ROWS_MAX } from '../../../../src/log/cassandra/paging';
import { Session } from '../../../../src/log/cassandra/session';

interface Row {
  readonly body: string;
  readonly payload: Buffer | null;
}
const row = (bodyBytes: number, payloadBytes: number): Row => ({
  body: 'x'.repeat(bodyBytes),
  payload: payloadBytes === 0 ? null : Buffer.alloc(payloadBytes),
});

/** Reads all pages; a page has the row so often as it was asked for, or none where it is null. */
async function paged(pages: readonly (Row | null)[], rowsMax?: number, rowsFirst?: number) {
  const asked: number[] = [];
  const states: unknown[] = [];
  const execute = async (_: string, __: unknown, options: Record<string, unknown>) => {
    const size = options['fetchSize'] as number;
    const each = pages[asked.push(size) - 1];
    states.push(options['pageState']);
    const pageState = asked.length < pages.length ? `page ${String(asked.length)}` : null;
    return { rows: each ? Array.from({ length: size }, () => each) : [], pageState };
  };
  const session = new Session({ execute } as unknown as Client, false);
  const found: number[] = [];
  const query = { query: '', params: [] };
  for await (const rows of pagesOf<Row>(session, query, rowsMax, rowsFirst)) {
    found.push(rows.length);
  }
  return { asked, found, states };
}

const KIB = 1024;

it.each([
  ['a megabyte of rows of 4 KiB', row(100, 4 * KIB - 250), 256],
  ['of rows whose bodies make the size', row(4 * KIB - 150, 0), 256],
  ['a few of the largest rows', row(100, 256 * KIB), 4],
  ['a few of rows above a megabyte', row(100, 2048 * KIB), 4],
  ['no more of the smallest rows than the server makes at once', row(60, 0), 2000],
])('a page holds %s', async (_, each, rows) => {
  const { asked, found } = await paged([each, each, each]);
  expect(asked).toEqual([64, rows, rows]);
  expect(found).toEqual(asked);
});

it('where payloads are read, large rows behind small ones are bounded, too', async () => {
  const { asked } = await paged([row(60, 0), row(60, 0), row(100, 256 * KIB)], PAYLOAD_ROWS_MAX);
  expect(asked).toEqual([64, 256, 256]);
});

it('the first page is as large as is said, but within the bound', async () => {
  expect((await paged([row(60, 0)], PAYLOAD_ROWS_MAX, 100)).asked).toEqual([100]);
  expect((await paged([row(60, 0)], PAYLOAD_ROWS_MAX, 300)).asked).toEqual([256]);
});

it('a page follows the size of the rows before it', async () => {
  const { asked } = await paged([row(60, 0), row(100, 256 * KIB), row(60, 0), row(60, 0)]);
  expect(asked).toEqual([64, 2000, 4, 2000]);
});

it('a page without rows says nothing of their size, is not given and not the last', async () => {
  const { asked, found, states } = await paged([row(100, 256 * KIB), null, row(60, 0)]);
  expect(asked).toEqual([64, 4, 4]);
  expect(found).toEqual([64, 4]);
  expect(states).toEqual([undefined, 'page 1', 'page 2']);
});
