import type { LeaseId, RecordRow, StoredRow, TaskIndex, WorkerId } from '../../../src/domain';
import { encodeEvent } from '../../../src/domain';
import { acked, added, fetched, rowOf, rowsOf, segment, timeUuid } from '../../support/rows';
import { allOf, append, claimSegments, createdQueue, newQueue } from './arrange';
import { readAll, revealedRow, rewind, scanned } from './arrange';
import type { Subject } from './subject';

export function auditing(subject: Subject): void {
  const stored = (
    queue: ReturnType<typeof newQueue>,
    { of = 1, task = null as number | null, payloads = false } = {},
  ): Promise<StoredRow[]> =>
    allOf(
      subject.log.stored(queue, { segment: segment(of), task: task as TaskIndex | null, payloads }),
    );
  const refused = (workerId: string, at: number): RecordRow => ({
    ...revealedRow(0),
    version: 2 as RecordRow['version'],
    at,
    event: {
      type: 'Refused',
      v: 1,
      leaseId: '1.1.2' as LeaseId,
      workerId: workerId as WorkerId,
      reason: 'TaskAcked',
    },
  });

  it('gives the rows of one segment, or of one task, as they are stored', async () => {
    const { log } = subject;
    const queue = await createdQueue(log);
    await claimSegments(log, queue, 2);
    const rows = [rowOf(1), rowOf(2), rowOf(2, { version: 3 }, fetched), rowOf(3, { version: 4 })];
    await append(log, queue, rows);
    await append(log, queue, rowsOf(9, 9));
    const expected = rows.map(({ event, ...row }) => ({ ...row, body: encodeEvent(event) }));
    const closed = expected.map((row) => ({ ...row, payload: null }));

    expect(await stored(queue)).toEqual(closed);
    expect(await stored(queue, { payloads: true })).toEqual(expected);
    expect(await stored(queue, { task: 2 })).toEqual(closed.slice(1, 3));
    expect(await stored(queue, { task: 2, payloads: true })).toEqual(expected.slice(1, 3));
    expect(await stored(queue, { of: 2, task: 1 })).toEqual([]);
    expect(await stored(newQueue())).toEqual([]);
  });

  it('pages many rows with payloads completely and in order', async () => {
    const { log } = subject;
    const queue = await createdQueue(log, 3000);
    for (let first = 1; first <= 3000; first += 300) {
      await append(log, queue, rowsOf(first, first + 299, { payload: Buffer.alloc(2000, 1) }));
    }
    const rows = await stored(queue, { payloads: true });
    expect(rows.map(({ index }) => index)).toEqual(Array.from({ length: 3000 }, (_, i) => i + 1));
    expect(rows.every(({ payload }) => payload?.length === 2000)).toBe(true);
  });

  it('keeps records beside the rewinds: no task, segment or rewind has them', async () => {
    const { log } = subject;
    const queue = await createdQueue(log);
    await append(log, queue, [rowOf(1, {}, added), rowOf(1, { version: 3 }, acked)]);
    const before = [await readAll(log, queue), await scanned(log, queue, segment(1))];
    await rewind(log, queue, 0);
    const rewinds = await log.rewinds(queue);
    await log.record(queue, revealedRow(5));
    await log.record(queue, refused('w', 7));

    expect([await readAll(log, queue), await scanned(log, queue, segment(1))]).toEqual(before);
    expect(await log.rewinds(queue)).toEqual(rewinds);
    const found = await allOf(log.storedOfQueue(queue));
    expect(
      found.map(({ epoch, version, at, body }) => [epoch, version, at, JSON.parse(body)]),
    ).toEqual([
      [1, 0, 1_700_000_000_005, revealedRow(5).event],
      [1, 2, 7, refused('w', 7).event],
      [2, 0, rewinds[0]!.at, { type: 'Rewound', v: 1, last: 0 }],
    ]);
    expect(found[0]).toMatchObject({ index: 0, eventId: timeUuid(5), keyId: null, payload: null });
  });

  it('leaves a record that is there already as it is', async () => {
    const { log } = subject;
    const queue = await createdQueue(log);
    await log.record(queue, refused('first', 1));
    await log.record(queue, refused('first', 1));
    await log.record(queue, refused('second', 2));
    const bodies = (await allOf(log.storedOfQueue(queue))).map(({ body }) => body);
    expect(bodies).toEqual([encodeEvent(refused('first', 1).event)]);
  });

  it('takes no record for a queue that does not exist', async () => {
    await expect(subject.log.record(newQueue(), revealedRow(1))).rejects.toThrow('no such queue');
  });
}
