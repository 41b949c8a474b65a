import type { QueueId, StoredRow, TaskIndex } from '../../../src/domain';
import { acked, encoded, fetched, rowOf, rowsOf, segment } from '../../support/rows';
import { allOf, append, claimSegments, createdQueue, dropped, newQueue } from './arrange';
import type { Subject } from './subject';

export function stored(subject: Subject): void {
  const storedOf = (
    queue: QueueId,
    { of = 1, task = null as number | null, payloads = false } = {},
  ): Promise<StoredRow[]> =>
    allOf(
      subject.log.stored(queue, { segment: segment(of), task: task as TaskIndex | null, payloads }),
    );

  it('gives the rows of one segment, or of one task, as they are stored, in their order', async () => {
    const { log } = subject;
    const queue = await createdQueue(log);
    await claimSegments(log, queue, 2);
    const rows = [
      rowOf(1),
      rowOf(2),
      rowOf(2, { version: 20 }, fetched),
      rowOf(2, { version: 21, keyId: 'key-2', payload: Buffer.from('result') }, acked),
      ...rowsOf(3, 8),
    ];
    await append(log, queue, rows);
    await append(log, queue, rowsOf(9, 12));
    const expected = rows.map(encoded);
    const closed = expected.map((row) => ({ ...row, payload: null }));

    expect(await storedOf(queue)).toEqual(closed);
    expect(await storedOf(queue, { payloads: true })).toEqual(expected);
    expect(await storedOf(queue, { task: 2 })).toEqual(closed.slice(1, 4));
    expect(await storedOf(queue, { task: 2, payloads: true })).toEqual(expected.slice(1, 4));
    expect(await storedOf(queue, { of: 2, payloads: true })).toEqual(rowsOf(9, 12).map(encoded));
  });

  it('gives nothing of a segment, a task or a queue that is not there', async () => {
    const { log } = subject;
    const queue = await createdQueue(log);
    await append(log, queue, rowsOf(1, 8));
    for (const payloads of [false, true]) {
      expect(await storedOf(queue, { of: 2, payloads })).toEqual([]);
      expect(await storedOf(queue, { of: 2, task: 1, payloads })).toEqual([]);
      expect(await storedOf(newQueue(), { payloads })).toEqual([]);
    }
    await dropped(log, queue, segment(1));
    expect(await storedOf(queue, { payloads: true })).toEqual([]);
  });

  it('gives each row once, however many pages they take', async () => {
    const { log } = subject;
    const queue = await createdQueue(log, 3000);
    for (let first = 1; first <= 3000; first += 300) {
      await append(log, queue, rowsOf(first, first + 299, { payload: Buffer.alloc(2000, 1) }));
    }
    const rows = await storedOf(queue, { payloads: true });
    expect(rows.map(({ index }) => index)).toEqual(Array.from({ length: 3000 }, (_, i) => i + 1));
    expect(rows.every(({ payload }) => payload?.length === 2000)).toBe(true);
  });

  it('gives each row once where few fill a page', async () => {
    const { log } = subject;
    const queue = await createdQueue(log, 100);
    const rows = rowsOf(1, 100, { payload: Buffer.alloc(20_000, 7) });
    await append(log, queue, rows);
    const found = await storedOf(queue, { payloads: true });
    expect(found.map(({ index }) => index)).toEqual(rows.map(({ index }) => index));
    expect(found.every(({ payload }, i) => rows[i]?.payload?.equals(payload!))).toBe(true);
  });
}
