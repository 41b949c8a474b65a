import type { LeaseId, RecordRow, WorkerId } from '../../../src/domain';
import { encodeEvent } from '../../../src/domain';
import { acked, added, rowOf, segment, timeUuid } from '../../support/rows';
import {
  allOf,
  append,
  createdQueue,
  newQueue,
  readAll,
  revealedRow,
  rewind,
  scanned,
} from './arrange';
import type { Subject } from './subject';

export function auditing(subject: Subject): void {
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
