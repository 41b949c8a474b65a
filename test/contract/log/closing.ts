import type { Log } from '../../../src/domain';
import { LogUnavailable, OutcomeUnknown } from '../../../src/domain';
import { closed, epoch, listOf, rowsOf, sealOf, segment } from '../../support/rows';
import { allOf, append, createdQueue, readAll, revealedRow, rewindOf, scanned } from './arrange';
import type { Subject } from './subject';

export function closing(subject: Subject): void {
  it('ends every later call with LogUnavailable', async () => {
    const { log } = subject;
    const queue = await createdQueue(log);
    await append(log, queue, rowsOf(1, 2));
    const head = (await log.head(queue))!;
    await log.close();
    const calls: Record<Exclude<keyof Log, 'close' | 'epochLeaseMs'>, () => Promise<unknown>> = {
      head: () => log.head(queue),
      createQueue: () => log.createQueue(queue, { segmentSize: 8, raisedBy: 'me' }),
      claimSegment: () => log.claimSegment(queue, head),
      raise: () => log.raise(queue, head, 'me'),
      rewind: () => log.rewind(queue, head, rewindOf(head, 0)),
      segments: () => log.segments(queue),
      closeSegment: () => log.closeSegment(queue, epoch(1), segment(1), closed(2)),
      dropSegment: () => log.dropSegment(queue, epoch(1), segment(1)),
      append: () => log.append(queue, epoch(1), [rowsOf(3, 3)]),
      confirm: () => log.confirm(queue, epoch(1)),
      read: () => readAll(log, queue),
      scan: () => scanned(log, queue, segment(1)),
      seals: () => log.seals(queue),
      sealList: () => log.sealList(queue, 1, 'hash'),
      writeSeal: () => log.writeSeal(queue, sealOf(1), listOf('rows')),
      rewinds: () => log.rewinds(queue),
      stored: () => allOf(log.stored(queue, { segment: segment(1), task: null, payloads: false })),
      storedOfQueue: () => allOf(log.storedOfQueue(queue)),
      record: () => log.record(queue, revealedRow(1)),
      queues: () => log.queues({ after: null, max: 1 }),
    };
    for (const call of Object.values(calls)) {
      await expect(call()).rejects.toBeInstanceOf(LogUnavailable);
    }
    await subject.reopen();
    expect(await readAll(subject.log, queue)).toEqual(rowsOf(1, 2));
  });

  it('can be done twice', async () => {
    await subject.log.close();
    await subject.log.close();
    await subject.reopen();
  });

  it('leaves no append without an answer, and a confirmed one is there', async () => {
    const queue = await createdQueue(subject.log);
    const appends = rowsOf(1, 8).map((row) => subject.log.append(queue, epoch(1), [[row]]));
    const closing = subject.log.close();
    const answers = await Promise.allSettled(appends);
    await closing;
    await subject.reopen();
    const found = new Set((await readAll(subject.log, queue)).map(({ index }) => Number(index)));
    for (const [i, answer] of answers.entries()) {
      if (answer.status === 'fulfilled' && answer.value[0]?.type === 'confirmed') {
        expect(found).toContain(i + 1);
      } else if (answer.status === 'rejected') {
        expect([LogUnavailable, OutcomeUnknown]).toContain((answer.reason as Error).constructor);
      }
    }
  });
}
