import { acked, epoch, rowOf, rowsOf, segment } from '../../support/rows';
import { append, claimSegments, createdQueue, dropped, headOf, readAll, rewind } from './arrange';
import { raise } from './arrange';
import type { Subject } from './subject';

export function restarts(subject: Subject): void {
  it('change nothing', async () => {
    const queue = await createdQueue(subject.log);
    await claimSegments(subject.log, queue, 3);
    await append(subject.log, queue, rowsOf(1, 8));
    await append(subject.log, queue, [...rowsOf(9, 16), rowOf(9, { version: 20 }, acked)]);
    await dropped(subject.log, queue, segment(1));
    await rewind(subject.log, queue, 10);
    const all = async (): Promise<unknown> => [
      await subject.log.head(queue),
      await subject.log.segments(queue),
      await readAll(subject.log, queue),
      await subject.log.rewinds(queue),
    ];
    const before = await all();
    await subject.reopen();
    expect(await all()).toEqual(before);
  });

  it('do not forget the epoch', async () => {
    const queue = await createdQueue(subject.log);
    await raise(subject.log, queue, 'winner');
    await subject.reopen();
    const moved = { type: 'moved', epoch: 2 };
    expect(await subject.log.append(queue, epoch(1), [rowsOf(1, 1)])).toEqual([moved]);
    await append(subject.log, queue, rowsOf(1, 1, { epoch: 2 }), epoch(2));
    expect((await headOf(subject.log, queue)).raisedBy).toBe('winner');
  });
}
