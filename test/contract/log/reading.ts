import { randomBytes } from 'node:crypto';
import { acked, added, addedWithToken, epoch, fetched, recovered } from '../../support/rows';
import { rowOf, rowsOf, segment } from '../../support/rows';
import { append, claimSegments, createdQueue, isOrdered, newQueue } from './arrange';
import { raise, readAll, scanned } from './arrange';
import type { Subject } from './subject';

export function reading(subject: Subject): void {
  it('gives back every kind of event as it was', async () => {
    const { log } = subject;
    const queue = await createdQueue(log);
    const events = [added, addedWithToken, fetched, acked, recovered];
    const rows = events.map((event, i) => rowOf(1, { version: i + 1 }, event));
    await append(log, queue, rows);
    expect(await readAll(log, queue)).toEqual(rows);
  });

  it('is ordered by index, epoch and version as numbers', async () => {
    const { log } = subject;
    const queue = await createdQueue(log, 200);
    const of = (index: number, inEpoch: number, version: number) =>
      rowOf(index, { epoch: inEpoch, version });
    const first = [of(100, 1, 3), of(9, 1, 12), of(9, 1, 2), of(10, 1, 4), of(9, 1, 9_007_199_254)];
    await append(log, queue, first);
    await raise(log, queue);
    await append(log, queue, [of(9, 2, 1), of(2, 2, 2)], epoch(2));
    expect((await readAll(log, queue)).map((row) => [row.index, row.epoch, row.version])).toEqual([
      [2, 2, 2],
      [9, 1, 2],
      [9, 1, 12],
      [9, 1, 9_007_199_254],
      [9, 2, 1],
      [10, 1, 4],
      [100, 1, 3],
    ]);
  });

  it('takes ranges with both ends, in one order whatever theirs', async () => {
    const { log } = subject;
    const queue = await createdQueue(log);
    await claimSegments(log, queue, 3);
    for (const [from, to] of [
      [1, 8],
      [9, 16],
      [17, 20],
    ] as const) {
      await append(log, queue, rowsOf(from, to));
    }
    expect(await log.read(queue, [{ from: 3, to: 3 }])).toEqual(rowsOf(3, 3));
    expect(await log.read(queue, [{ from: 6, to: 18 }])).toEqual(rowsOf(6, 18));
    const ranges = [
      { from: 18, to: 99 },
      { from: 2, to: 3 },
      { from: 8, to: 9 },
    ];
    const expected = [...rowsOf(2, 3), ...rowsOf(8, 9), ...rowsOf(18, 20)];
    expect(await log.read(queue, ranges)).toEqual(expected);
    expect(
      await log.read(queue, [
        { from: 2, to: 5 },
        { from: 4, to: 6 },
      ]),
    ).toEqual(rowsOf(2, 6));
  });

  it('gives nothing for no range, for indices without rows and for no queue', async () => {
    const { log } = subject;
    const queue = await createdQueue(log);
    await append(log, queue, rowsOf(2, 2));
    expect(await log.read(queue, [])).toEqual([]);
    expect(
      await log.read(queue, [
        { from: 1, to: 1 },
        { from: 3, to: 8 },
      ]),
    ).toEqual([]);
    expect(await log.read(newQueue(), [{ from: 1, to: 8 }])).toEqual([]);
  });

  it('gives a queue that was just created no rows', async () => {
    const queue = await createdQueue(subject.log);
    expect(await readAll(subject.log, queue)).toEqual([]);
    expect(await scanned(subject.log, queue, segment(1))).toEqual([]);
  });

  describe('payloads', () => {
    const everyByte = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
    const payloads: [string, Buffer | null][] = [
      ['none', null],
      ['every byte', everyByte],
      ['zeros', Buffer.alloc(64)],
      ['bytes that are no UTF-8', Buffer.from([0xff, 0xfe, 0x00, 0xc3, 0x28])],
      ['a view of a larger buffer', everyByte.subarray(100, 110)],
      ['256 KiB', randomBytes(256 * 1024)],
    ];

    it.each(payloads)('are kept exactly: %s', async (_, payload) => {
      const { log } = subject;
      const queue = await createdQueue(log);
      const row = rowOf(1, { payload, keyId: payload === null ? null : 'schlüssel/1' });
      await append(log, queue, [row]);
      const [read] = await readAll(log, queue);
      expect(read).toEqual(row);
      expect(read?.payload === null || Buffer.isBuffer(read?.payload)).toBe(true);
    });

    it('of 256 KiB each make a batch of many megabytes', async () => {
      const { log } = subject;
      const queue = await createdQueue(log, 32);
      const rows = Array.from({ length: 16 }, (_, i) =>
        rowOf(i + 1, { payload: randomBytes(256 * 1024) }),
      );
      await append(log, queue, rows);
      const read = await readAll(log, queue);
      expect(read.map((row) => row.payload?.equals(rows[row.index - 1]!.payload!))).toEqual(
        rows.map(() => true),
      );
    });
  });

  describe('scan', () => {
    it('gives all rows of one segment, in order, without payloads', async () => {
      const { log } = subject;
      const queue = await createdQueue(log);
      await claimSegments(log, queue, 3);
      for (const [from, to] of [
        [1, 8],
        [9, 16],
        [17, 24],
      ] as const) {
        await append(log, queue, rowsOf(from, to));
      }
      const rows = rowsOf(9, 16).map((row) => ({ ...row, payload: null }));
      expect(await scanned(log, queue, segment(2))).toEqual(rows);
    });

    it('gives nothing for no queue and for a segment that was never claimed', async () => {
      const queue = await createdQueue(subject.log);
      expect(await scanned(subject.log, newQueue(), segment(1))).toEqual([]);
      expect(await scanned(subject.log, queue, segment(7))).toEqual([]);
    });

    it('pages 10,000 rows completely, and other calls are answered in between', async () => {
      const { log } = subject;
      const queue = await createdQueue(log, 2500);
      const payload = Buffer.alloc(1000, 1);
      for (let first = 1; first <= 2500; first += 250) {
        const rows = rowsOf(first, first + 249, { payload }).flatMap((row) =>
          [added, fetched, recovered, acked].map((event, i) =>
            rowOf(row.index, { version: row.index * 4 + i, payload }, event),
          ),
        );
        await append(log, queue, rows);
      }
      const rows = [];
      let pages = 0;
      for await (const page of log.scan(queue, segment(1))) {
        pages += 1;
        rows.push(...page);
        await append(log, queue, [rowOf(1, { version: 3, payload: null })]);
        expect(await log.read(queue, [{ from: 2, to: 2 }])).toHaveLength(4);
      }
      expect(pages).toBeGreaterThan(1);
      expect(rows.filter(({ version }) => version !== 3)).toHaveLength(10_000);
      expect(new Set(rows.map(({ version }) => version)).size).toBe(rows.length);
      expect(isOrdered(rows)).toBe(true);
      expect(rows.every((row) => row.payload === null)).toBe(true);
    });

    it('pages one task of many rows', async () => {
      const { log } = subject;
      const queue = await createdQueue(log);
      const count = 3000;
      for (let v = 1; v <= count; v += 500) {
        await append(
          log,
          queue,
          Array.from({ length: 500 }, (_, i) => rowOf(1, { version: v + i }, fetched)),
        );
      }
      const versions = (await scanned(log, queue, segment(1))).map(({ version }) => version);
      expect(versions).toEqual(Array.from({ length: count }, (_, i) => i + 1));
    });

    it('can be left early', async () => {
      const { log } = subject;
      const queue = await createdQueue(log);
      await append(log, queue, rowsOf(1, 8));
      for await (const page of log.scan(queue, segment(1))) {
        expect(page[0]?.index).toBe(1);
        break;
      }
      await append(log, queue, rowsOf(1, 8, { version: 99 }));
    });
  });
}
