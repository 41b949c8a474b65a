import { closed, epoch, rowsOf, segment } from '../../support/rows';
import { SEGMENT_SIZE, append, claimSegments, createdQueue, dropped } from './arrange';
import { headOf, newQueue, raise, readAll, scanned } from './arrange';
import type { Subject } from './subject';

export function segments(subject: Subject): void {
  const statuses = async (queue: Parameters<typeof headOf>[1]): Promise<string[]> =>
    (await subject.log.segments(queue)).map(({ status }) => status);

  it('are listed in ascending order', async () => {
    const queue = await createdQueue(subject.log);
    await claimSegments(subject.log, queue, 12);
    const listed = (await subject.log.segments(queue)).map((row) => row.segment);
    expect(listed).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
  });

  describe('closeSegment', () => {
    it('closes an open segment and keeps the last index added', async () => {
      const { log } = subject;
      const queue = await createdQueue(log);
      await claimSegments(log, queue, 2);
      expect(await log.closeSegment(queue, epoch(1), segment(1), closed(7))).toBe(true);
      expect(await log.segments(queue)).toEqual([
        { segment: 1, status: 'closed', ...closed(7) },
        { segment: 2, status: 'open', lastAdded: 0, closedAt: null },
      ]);
    });

    it('is refused in another epoch', async () => {
      const { log } = subject;
      const queue = await createdQueue(log);
      await raise(log, queue);
      expect(await log.closeSegment(queue, epoch(1), segment(1), closed(7))).toBe(false);
      expect(await log.closeSegment(queue, epoch(3), segment(1), closed(7))).toBe(false);
      expect(await statuses(queue)).toEqual(['open', 'open']);
    });

    it('is refused for a segment that is closed or dropped', async () => {
      const { log } = subject;
      const queue = await createdQueue(log);
      await log.closeSegment(queue, epoch(1), segment(1), closed(7));
      expect(await log.closeSegment(queue, epoch(1), segment(1), closed(8))).toBe(false);
      expect(await log.segments(queue)).toEqual([{ segment: 1, status: 'closed', ...closed(7) }]);
      await log.dropSegment(queue, epoch(1), segment(1));
      expect(await log.closeSegment(queue, epoch(1), segment(1), closed(8))).toBe(false);
      expect(await statuses(queue)).toEqual(['dropped']);
    });

    it('is refused for a segment or a queue that is not there, and makes none', async () => {
      const { log } = subject;
      const queue = await createdQueue(log);
      expect(await log.closeSegment(queue, epoch(1), segment(2), closed(7))).toBe(false);
      expect(await statuses(queue)).toEqual(['open']);
      const unknown = newQueue();
      expect(await log.closeSegment(unknown, epoch(1), segment(1), closed(7))).toBe(false);
      expect(await log.segments(unknown)).toEqual([]);
    });

    it('leaves the events', async () => {
      const { log } = subject;
      const queue = await createdQueue(log);
      await append(log, queue, rowsOf(1, 4));
      await log.closeSegment(queue, epoch(1), segment(1), closed(4));
      expect(await readAll(log, queue)).toHaveLength(4);
    });
  });

  describe('dropSegment', () => {
    it('raises the floor to the end of the segment and drops its events, no others', async () => {
      const { log } = subject;
      const queue = await createdQueue(log);
      await claimSegments(log, queue, 3);
      for (const n of [1, 2, 3]) {
        await append(log, queue, rowsOf((n - 1) * SEGMENT_SIZE + 1, n * SEGMENT_SIZE));
      }
      const rest = [...rowsOf(1, 8), ...rowsOf(17, 24)];
      expect(await dropped(log, queue, segment(2))).toBe(true);
      expect(await readAll(log, queue)).toEqual(rest);
      expect(await scanned(log, queue, segment(2))).toEqual([]);
      expect((await headOf(log, queue)).floor).toBe(16);
      expect(await statuses(queue)).toEqual(['open', 'dropped', 'open']);
    });

    it('never lowers the floor', async () => {
      const { log } = subject;
      const queue = await createdQueue(log);
      await claimSegments(log, queue, 2);
      await dropped(log, queue, segment(2));
      expect(await dropped(log, queue, segment(1))).toBe(true);
      expect((await headOf(log, queue)).floor).toBe(2 * SEGMENT_SIZE);
    });

    it('is refused in another epoch', async () => {
      const { log } = subject;
      const queue = await createdQueue(log);
      await append(log, queue, rowsOf(1, 8));
      await log.closeSegment(queue, epoch(1), segment(1), closed(8));
      await raise(log, queue);
      expect(await log.dropSegment(queue, epoch(1), segment(1))).toBe(false);
      expect(await log.dropSegment(queue, epoch(3), segment(1))).toBe(false);
      expect((await headOf(log, queue)).floor).toBe(0);
      expect(await readAll(log, queue)).toHaveLength(8);
      expect(await log.dropSegment(queue, epoch(2), segment(1))).toBe(true);
    });

    it('is refused for a segment that is open or dropped', async () => {
      const { log } = subject;
      const queue = await createdQueue(log);
      await append(log, queue, rowsOf(1, 8));
      expect(await log.dropSegment(queue, epoch(1), segment(1))).toBe(false);
      expect((await headOf(log, queue)).floor).toBe(0);
      expect(await readAll(log, queue)).toHaveLength(8);
      await dropped(log, queue, segment(1));
      expect(await log.dropSegment(queue, epoch(1), segment(1))).toBe(false);
    });

    it('is refused for a segment or a queue that is not there', async () => {
      const { log } = subject;
      const queue = await createdQueue(log);
      expect(await log.dropSegment(queue, epoch(1), segment(2))).toBe(false);
      expect((await headOf(log, queue)).floor).toBe(0);
      expect(await log.dropSegment(newQueue(), epoch(1), segment(1))).toBe(false);
    });
  });
}
