import type { Log, QueueId } from '../../../src/domain';
import { listOf, rowsOf, sealOf, segment } from '../../support/rows';
import { append, createdQueue, dropped } from './arrange';
import type { Subject } from './subject';

export function seals(subject: Subject): void {
  describe('writeSeal', () => {
    it('keeps a chain in ascending order, each seal with its list', async () => {
      const { log } = subject;
      const queue = await createdQueue(log);
      expect(await log.seals(queue)).toEqual([]);
      for (const n of [1, 2, 3]) {
        expect(await log.writeSeal(queue, sealOf(n, 4 - n), listOf(`list ${String(n)}`))).toBe(
          true,
        );
      }
      expect(await log.seals(queue)).toEqual([sealOf(1, 3), sealOf(2, 2), sealOf(3, 1)]);
      expect(await log.seals(queue, 1)).toEqual([sealOf(2, 2), sealOf(3, 1)]);
      expect(await log.seals(queue, 3)).toEqual([]);
      expect(await listed(log, queue, 2, 'list 2')).toBe('list 2');
      await subject.reopen();
      expect(await subject.log.seals(queue)).toEqual([sealOf(1, 3), sealOf(2, 2), sealOf(3, 1)]);
      expect(await listed(subject.log, queue, 3, 'list 3')).toBe('list 3');
    });

    it('is refused where the newest seal is not the one before it', async () => {
      const { log } = subject;
      const queue = await createdQueue(log);
      expect(await log.writeSeal(queue, sealOf(2), listOf('b'))).toBe(false);
      await log.writeSeal(queue, sealOf(1), listOf('a'));
      expect(await log.writeSeal(queue, sealOf(1, 1, 'another'), listOf('x'))).toBe(false);
      expect(await log.writeSeal(queue, sealOf(3), listOf('c'))).toBe(false);
      await log.writeSeal(queue, sealOf(2), listOf('b'));
      expect(await log.writeSeal(queue, sealOf(1, 1, 'another'), listOf('x'))).toBe(false);
      expect(await log.seals(queue)).toEqual([sealOf(1), sealOf(2)]);
      expect(await listed(log, queue, 1, 'a')).toBe('a');
    });

    it('lets one of two win that write the same number at once', async () => {
      const { log } = subject;
      const queue = await createdQueue(log);
      const won = await Promise.all(
        ['one', 'two'].map((name) => log.writeSeal(queue, sealOf(1, 1, name), listOf(name))),
      );
      expect([...won].sort()).toEqual([false, true]);
      const winner = won[0] ? 'one' : 'two';
      expect(await log.seals(queue)).toEqual([sealOf(1, 1, winner)]);
      expect(await listed(log, queue, 1, winner)).toBe(winner);
    });

    it('takes an empty list, and one of several megabytes', async () => {
      const { log } = subject;
      const queue = await createdQueue(log);
      const long = Array.from({ length: 400_000 }, (_, i) => String(i)).join();
      await log.writeSeal(queue, sealOf(1), listOf(''));
      await log.writeSeal(queue, sealOf(2), listOf(long));
      expect(await listed(log, queue, 1, '')).toBe('');
      expect((await listed(log, queue, 2, long)) === long).toBe(true);
    });

    it('belongs to one queue', async () => {
      const { log } = subject;
      const [mine, other] = [await createdQueue(log), await createdQueue(log)];
      await log.writeSeal(mine, sealOf(1), listOf('mine'));
      expect(await log.seals(other)).toEqual([]);
      expect(await listed(log, other, 1, 'mine')).toBeNull();
      expect(await log.writeSeal(other, sealOf(1, 1, 'other'), listOf('other'))).toBe(true);
      expect(await log.seals(mine)).toEqual([sealOf(1)]);
    });

    it('has its list by number and hash only', async () => {
      const { log } = subject;
      const queue = await createdQueue(log);
      await log.writeSeal(queue, sealOf(1), listOf('a'));
      expect(await listed(log, queue, 1, 'b')).toBeNull();
      expect(await listed(log, queue, 2, 'a')).toBeNull();
    });

    it('stays when its segment is dropped', async () => {
      const { log } = subject;
      const queue = await createdQueue(log);
      await append(log, queue, rowsOf(1, 8));
      await log.writeSeal(queue, sealOf(1), listOf('a'));
      await dropped(log, queue, segment(1));
      expect(await log.seals(queue)).toEqual([sealOf(1)]);
      expect(await listed(log, queue, 1, 'a')).toBe('a');
    });
  });
}

const listed = async (log: Log, queue: QueueId, number: number, text: string) =>
  (await log.sealList(queue, number, listOf(text).hash))?.toString() ?? null;
