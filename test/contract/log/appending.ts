import { setTimeout as wait } from 'node:timers/promises';
import fc from 'fast-check';
import type { Confirmation } from '../../../src/domain';
import { QueueError } from '../../../src/domain';
import { epoch, rowOf, rowsOf, segment, timeUuid } from '../../support/rows';
import {
  SEGMENT_SIZE,
  append,
  claimSegments,
  createdQueue,
  epochLeasesEnd,
  headOf,
} from './arrange';
import { isOrdered, newQueue, raise, readAll, scanned, sorted } from './arrange';
import type { Subject } from './subject';

const confirmed: Confirmation = { type: 'confirmed' };

export function appending(subject: Subject): void {
  it('confirms what can be read from then on', async () => {
    const { log } = subject;
    const queue = await createdQueue(log);
    const rows = rowsOf(1, 3);
    expect(await log.append(queue, epoch(1), [rows])).toEqual([confirmed]);
    expect(await readAll(log, queue)).toEqual(rows);
  });

  it('answers for each batch', async () => {
    const { log } = subject;
    const queue = await createdQueue(log);
    await claimSegments(log, queue, 3);
    const batches = [rowsOf(17, 20), rowsOf(1, 8), rowsOf(9, 9)];
    expect(await log.append(queue, epoch(1), batches)).toEqual([confirmed, confirmed, confirmed]);
    expect(await readAll(log, queue)).toEqual(sorted(batches.flat()));
  });

  // Of the same row: no adapter is asked to compare one with another under the same key.
  it('can be repeated', async () => {
    const { log } = subject;
    const queue = await createdQueue(log);
    const rows = rowsOf(1, 4);
    for (let i = 0; i < 3; i++) await append(log, queue, rows);
    await append(log, queue, rows.slice(2));
    await Promise.all([append(log, queue, rows), append(log, queue, rows)]);
    expect(await readAll(log, queue)).toEqual(rows);
  });

  it('adds the missing rows of a batch that is partly there', async () => {
    const { log } = subject;
    const queue = await createdQueue(log);
    await append(log, queue, rowsOf(2, 3));
    await append(log, queue, rowsOf(1, 5));
    expect(await readAll(log, queue)).toEqual(rowsOf(1, 5));
  });

  it('keeps two rows that a split projection gave one version', async () => {
    const { log } = subject;
    const queue = await createdQueue(log);
    const twins = [1, 2].map((n) => rowOf(1, { version: 1, eventId: timeUuid(n) }));
    await append(log, queue, twins);
    expect(sorted(await readAll(log, queue))).toEqual(twins);
  });

  it('reads back any sequence of appends as the sorted set of their rows', async () => {
    const rowIn = (inEpoch: number) =>
      fc
        .record({
          index: fc.integer({ min: 1, max: SEGMENT_SIZE }),
          version: fc.integer({ min: 1, max: 4 }),
          twin: fc.integer({ min: 0, max: 1 }),
        })
        .map(({ index, version, twin }) =>
          rowOf(index, { epoch: inEpoch, version, eventId: timeUuid(version * 2 + twin) }),
        );
    const batchesIn = (inEpoch: number) =>
      fc.array(fc.array(rowIn(inEpoch), { minLength: 1, maxLength: 6 }), { maxLength: 5 });

    await fc.assert(
      fc.asyncProperty(batchesIn(1), batchesIn(2), async (first, second) => {
        const { log } = subject;
        const queue = await createdQueue(log);
        await Promise.all(first.map((batch) => append(log, queue, batch)));
        await raise(log, queue);
        for (const batch of second) await append(log, queue, batch, epoch(2));
        const rows = [...first, ...second].flat();
        const distinct = new Map(
          rows.map((row) => [`${String(row.index)} ${String(row.epoch)} ${row.eventId}`, row]),
        );
        const read = await readAll(log, queue);
        expect(isOrdered(read)).toBe(true);
        expect(sorted(read)).toEqual(sorted(distinct.values()));
      }),
      { numRuns: 60 },
    );
  });

  it('shows the rows of a batch together or not at all', async () => {
    const { log } = subject;
    const queue = await createdQueue(log, 64);
    const seen = new Set<number>();
    const look = async (): Promise<unknown> => seen.add((await readAll(log, queue)).length);
    const looks = Array.from({ length: 20 }, (_, ms) => wait(ms).then(look));
    await append(log, queue, rowsOf(1, 50));
    await Promise.all([...looks, look()]);
    expect([...seen].filter((count) => count !== 0)).toEqual([50]);
  });

  it('takes the appends of many queues at once', async () => {
    const { log } = subject;
    const queues = await Promise.all(Array.from({ length: 20 }, () => createdQueue(log)));
    const appends = queues.flatMap((queue, n) =>
      rowsOf(1, SEGMENT_SIZE, { keyId: `key-${String(n)}` }).map((row) =>
        append(log, queue, [row]),
      ),
    );
    await Promise.all(appends);
    for (const [n, queue] of queues.entries()) {
      expect(await readAll(log, queue)).toEqual(rowsOf(1, 8, { keyId: `key-${String(n)}` }));
    }
  });

  it('fails for a queue that does not exist, and makes none', async () => {
    const { log } = subject;
    const queue = newQueue();
    for (const call of [
      () => log.append(queue, epoch(1), [rowsOf(1, 2)]),
      () => log.append(queue, epoch(1), []),
      async () => [await log.confirm(queue, epoch(1))],
    ]) {
      const error = await call().then(
        (answers) => answers.map((answer) => answer.type === 'failed' && answer.error),
        (reason: unknown) => [reason],
      );
      expect(error).toEqual([expect.any(QueueError)]);
    }
    expect(await log.head(queue)).toBeNull();
    expect(await readAll(log, queue)).toEqual([]);
  });

  it('of one queue does not fail with that of another', async () => {
    const { log } = subject;
    const queue = await createdQueue(log);
    const answers = await Promise.allSettled([
      log.append(newQueue(), epoch(1), [rowsOf(1, 2)]),
      log.append(queue, epoch(1), [rowsOf(1, 2)]),
    ]);
    expect(answers[1]).toEqual({ status: 'fulfilled', value: [confirmed] });
    expect(await readAll(log, queue)).toEqual(rowsOf(1, 2));
  });

  describe('in an epoch that is over', () => {
    it('is told the newer one', async () => {
      const { log } = subject;
      const queue = await createdQueue(log);
      await claimSegments(log, queue, 2);
      await append(log, queue, rowsOf(1, 1));
      await raise(log, queue);
      await raise(log, queue);
      await epochLeasesEnd(log);
      const moved: Confirmation = { type: 'moved', epoch: epoch(3) };
      const late = [rowsOf(2, 3), rowsOf(9, 9)];
      expect(await log.append(queue, epoch(1), late)).toEqual([moved, moved]);
      expect(await log.append(queue, epoch(2), late)).toEqual([moved, moved]);
      // The rows may or may not be there; nothing else changes.
      const read = await readAll(log, queue);
      expect([...rowsOf(1, 3), ...rowsOf(9, 9)]).toEqual(expect.arrayContaining([...read]));
      expect(read).toEqual(expect.arrayContaining(rowsOf(1, 1)));
    });

    it('is told so after a rewind, too', async () => {
      const { log } = subject;
      const queue = await createdQueue(log);
      const head = await headOf(log, queue);
      const rewind = { epoch: epoch(2), last: 0, at: 0 };
      const change = { rewind, rewinds: [rewind], raisedBy: 'me', eventId: timeUuid(1) };
      await log.rewind(queue, head, change);
      await epochLeasesEnd(log);
      const moved: Confirmation = { type: 'moved', epoch: epoch(2) };
      expect(await log.append(queue, epoch(1), [rowsOf(1, 1)])).toEqual([moved]);
    });

    it('is not confirmed if it was begun before the raise and missed by a fold after it', async () => {
      const { log } = subject;
      const queue = await createdQueue(log);
      const read = await headOf(log, queue);
      const appending = log.append(queue, epoch(1), [rowsOf(1, 2)]);
      await log.raise(queue, read, 'rebuild');
      await epochLeasesEnd(log);
      const folded = await scanned(log, queue, segment(1));
      const [answer] = await appending;
      if (answer?.type === 'confirmed') expect(folded).toHaveLength(2);
    });

    it('is not confirmed after a fold of the newer epoch began', async () => {
      const { log } = subject;
      const queue = await createdQueue(log, 64);
      const appends = rowsOf(1, 40).map(async (row) => {
        await wait(row.index % 4);
        return { row, answers: await log.append(queue, epoch(1), [[row]]) };
      });
      await wait(2);
      await raise(log, queue);
      await epochLeasesEnd(log);
      const folded = await scanned(log, queue, segment(1));
      const found = new Set(folded.map(({ index }) => index));
      for (const { row, answers } of await Promise.all(appends)) {
        if (answers[0]?.type === 'confirmed') expect(found).toContain(row.index);
      }
    });

    it('does not stop appends in the newer one', async () => {
      const { log } = subject;
      const queue = await createdQueue(log);
      await append(log, queue, rowsOf(1, 1));
      await raise(log, queue);
      await append(log, queue, rowsOf(2, 2, { epoch: 2 }), epoch(2));
      expect(await readAll(log, queue)).toEqual([...rowsOf(1, 1), ...rowsOf(2, 2, { epoch: 2 })]);
    });
  });

  describe('confirm', () => {
    it('says whether the epoch is still the queue’s', async () => {
      const { log } = subject;
      const queue = await createdQueue(log);
      expect(await log.confirm(queue, epoch(1))).toEqual(confirmed);
      await raise(log, queue);
      await epochLeasesEnd(log);
      expect(await log.confirm(queue, epoch(1))).toEqual({ type: 'moved', epoch: epoch(2) });
      expect(await log.confirm(queue, epoch(2))).toEqual(confirmed);
    });

    it('is what an append without batches asks for', async () => {
      const { log } = subject;
      const queue = await createdQueue(log);
      expect(await log.append(queue, epoch(1), [])).toEqual([confirmed]);
      await raise(log, queue);
      await epochLeasesEnd(log);
      expect(await log.append(queue, epoch(1), [])).toEqual([{ type: 'moved', epoch: epoch(2) }]);
    });
  });
}
