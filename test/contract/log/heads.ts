import type { Head, HeadChange, HeadRead, Log, QueueId } from '../../../src/domain';
import { SEGMENT_SIZE, claimSegments, createdQueue, dropped, headOf, newQueue } from './arrange';
import { raise, rewind, rewindOf, typedError } from './arrange';
import { closed, epoch, segment } from '../../support/rows';
import type { Subject } from './subject';

/** Each way to change a head, as an attempt by somebody. */
const changes = {
  claimSegment: (log: Log, queue: QueueId, read: HeadRead) => log.claimSegment(queue, read),
  raise: (log: Log, queue: QueueId, read: HeadRead, by: string) => log.raise(queue, read, by),
  rewind: (log: Log, queue: QueueId, read: HeadRead, by: string) =>
    log.rewind(queue, read, rewindOf({ ...read, rewinds: [] } as unknown as Head, 3, by)),
};
const kinds = Object.keys(changes) as (keyof typeof changes)[];

export function heads(subject: Subject): void {
  const all = async (queue: QueueId): Promise<unknown> => [
    await subject.log.head(queue),
    await subject.log.segments(queue),
    await subject.log.rewinds(queue),
  ];

  describe('of a queue that does not exist', () => {
    it('is null, and there is nothing to read', async () => {
      const { log } = subject;
      const queue = newQueue();
      expect(await log.head(queue)).toBeNull();
      expect(await log.segments(queue)).toEqual([]);
      expect(await log.rewinds(queue)).toEqual([]);
    });

    it.each(kinds)('is not made by %s', async (kind) => {
      const queue = newQueue();
      await typedError(() =>
        changes[kind](subject.log, queue, { epoch: epoch(1), claimedTo: 8 }, 'me'),
      );
      expect(await subject.log.head(queue)).toBeNull();
    });
  });

  describe('createQueue', () => {
    it('starts with epoch 1 and the first segment claimed and open', async () => {
      const { log } = subject;
      const queue = newQueue();
      const head = {
        epoch: 1,
        raisedBy: 'creator',
        claimedTo: SEGMENT_SIZE,
        floor: 0,
        segmentSize: SEGMENT_SIZE,
        rewinds: [],
      };
      const settings = { segmentSize: SEGMENT_SIZE, raisedBy: 'creator' };
      expect(await log.createQueue(queue, settings)).toEqual({ applied: true, head });
      expect(await log.head(queue)).toEqual(head);
      expect(await log.segments(queue)).toEqual([
        { segment: 1, status: 'open', lastAdded: 0, closedAt: null },
      ]);
    });

    it('leaves a queue that is there as it is', async () => {
      const queue = await createdQueue(subject.log);
      await raise(subject.log, queue);
      const before = await all(queue);
      const change = await subject.log.createQueue(queue, { segmentSize: 99, raisedBy: 'late' });
      expect(change).toEqual({ applied: false, head: await headOf(subject.log, queue) });
      expect(await all(queue)).toEqual(before);
    });

    it('creates once, however many try at once', async () => {
      const queue = newQueue();
      const tries = ['a', 'b', 'c', 'd'].map((raisedBy) =>
        subject.log.createQueue(queue, { segmentSize: SEGMENT_SIZE, raisedBy }),
      );
      const made = await Promise.all(tries);
      const winners = made.filter(({ applied }) => applied);
      expect(winners).toHaveLength(1);
      expect(await subject.log.head(queue)).toEqual(winners[0]?.head);
      expect(await subject.log.segments(queue)).toHaveLength(1);
    });
  });

  describe('claimSegment', () => {
    it('claims the next segment and opens it', async () => {
      const { log } = subject;
      const queue = await createdQueue(log);
      const read = await headOf(log, queue);
      const head = { ...read, claimedTo: 2 * SEGMENT_SIZE };
      expect(await log.claimSegment(queue, read)).toEqual({ applied: true, head });
      expect(await log.head(queue)).toEqual(head);
      expect(await log.segments(queue)).toEqual([
        { segment: 1, status: 'open', lastAdded: 0, closedAt: null },
        { segment: 2, status: 'open', lastAdded: 0, closedAt: null },
      ]);
    });
  });

  describe('raise', () => {
    it('raises the epoch by 1, names the attempt and claims the next segment', async () => {
      const { log } = subject;
      const queue = await createdQueue(log);
      const read = await headOf(log, queue);
      const head = { ...read, epoch: 2, raisedBy: 'attempt 7', claimedTo: 2 * SEGMENT_SIZE };
      expect(await log.raise(queue, read, 'attempt 7')).toEqual({ applied: true, head });
      expect(await log.head(queue)).toEqual(head);
      expect((await log.segments(queue)).map((row) => row.segment)).toEqual([1, 2]);
    });
  });

  describe('rewind', () => {
    it('raises the epoch to its own, sets the rewinds and claims nothing', async () => {
      const { log } = subject;
      const queue = await createdQueue(log);
      const read = await claimSegments(log, queue, 2);
      const change = rewindOf(read, 3, 'attempt 8');
      const head = { ...read, epoch: 2, raisedBy: 'attempt 8', rewinds: change.rewinds };
      expect(await log.rewind(queue, read, change)).toEqual({ applied: true, head });
      expect(await log.head(queue)).toEqual(head);
      expect(await log.segments(queue)).toHaveLength(2);
    });

    it('keeps the rewinds it is given, not those that were there', async () => {
      const { log } = subject;
      const queue = await createdQueue(log);
      await rewind(log, queue, 5);
      const read = await headOf(log, queue);
      const change = rewindOf({ ...read, rewinds: [] }, 2);
      const { head } = await log.rewind(queue, read, change);
      expect(head.rewinds).toEqual([{ epoch: 3, last: 2, at: change.rewind.at }]);
      expect(await headOf(log, queue)).toEqual(head);
    });

    it('logs every rewind, oldest first', async () => {
      const { log } = subject;
      const queue = await createdQueue(log);
      for (const last of [5, 2, 7]) await rewind(log, queue, last);
      expect(await log.rewinds(queue)).toEqual(
        [5, 2, 7].map((last, i) => ({
          epoch: i + 2,
          version: 0,
          at: 1_700_000_000_000 + i + 1,
          event: { type: 'Rewound', v: 1, last },
        })),
      );
    });

    it('opens the segments from that of last + 1 on again', async () => {
      const { log } = subject;
      const queue = await createdQueue(log);
      await claimSegments(log, queue, 4);
      for (const n of [1, 2, 3])
        await log.closeSegment(queue, epoch(1), segment(n), closed(n * 8 - 1));
      await rewind(log, queue, SEGMENT_SIZE);
      expect(await log.segments(queue)).toEqual([
        { segment: 1, status: 'closed', ...closed(7) },
        { segment: 2, status: 'open', lastAdded: 0, closedAt: null },
        { segment: 3, status: 'open', lastAdded: 0, closedAt: null },
        { segment: 4, status: 'open', lastAdded: 0, closedAt: null },
      ]);
    });

    it('opens the segment of last again if last is not its end', async () => {
      const { log } = subject;
      const queue = await createdQueue(log);
      await claimSegments(log, queue, 2);
      await log.closeSegment(queue, epoch(1), segment(1), closed(8));
      await rewind(log, queue, SEGMENT_SIZE - 1);
      expect((await log.segments(queue))[0]).toEqual({
        segment: 1,
        status: 'open',
        lastAdded: 0,
        closedAt: null,
      });
    });

    it('is refused below the floor and nothing changes', async () => {
      const { log } = subject;
      const queue = await createdQueue(log);
      await claimSegments(log, queue, 3);
      await dropped(log, queue, segment(1));
      const before = await all(queue);
      const { applied, head } = await rewind(log, queue, SEGMENT_SIZE - 1);
      expect(applied).toBe(false);
      expect(head).toEqual(await headOf(log, queue));
      expect(await all(queue)).toEqual(before);
    });

    it('goes down to the floor, which leaves what was dropped dropped', async () => {
      const { log } = subject;
      const queue = await createdQueue(log);
      await claimSegments(log, queue, 2);
      await dropped(log, queue, segment(1));
      expect((await rewind(log, queue, SEGMENT_SIZE)).applied).toBe(true);
      expect((await log.segments(queue)).map(({ status }) => status)).toEqual(['dropped', 'open']);
    });
  });

  describe.each(kinds)('%s on a head that has changed', (kind) => {
    const refused = async (read: (head: Head) => HeadRead): Promise<void> => {
      const { log } = subject;
      const queue = await createdQueue(log);
      await raise(log, queue, 'winner');
      const head = await headOf(log, queue);
      const before = await all(queue);
      expect(await changes[kind](log, queue, read(head), 'late')).toEqual({ applied: false, head });
      expect(await all(queue)).toEqual(before);
    };

    it('is refused after another epoch', () =>
      refused(({ claimedTo }) => ({ epoch: epoch(1), claimedTo })));
    it('is refused before another epoch', () =>
      refused(({ claimedTo }) => ({ epoch: epoch(3), claimedTo })));
    it('is refused after another claim', () =>
      refused((head) => ({ epoch: head.epoch, claimedTo: head.claimedTo - SEGMENT_SIZE })));
    it('is refused if both differ', () =>
      refused(() => ({ epoch: epoch(1), claimedTo: SEGMENT_SIZE })));
  });

  describe('two attempts with one read', () => {
    const pairs = kinds.flatMap((a) => kinds.map((b) => [a, b] as const));

    // A claim leaves the epoch and a rewind leaves claimedTo: each has to test both (an index given
    // twice otherwise).
    it.each(pairs)('%s and %s: exactly one is applied', async (a, b) => {
      const { log } = subject;
      const queue = await createdQueue(log);
      const read = await headOf(log, queue);
      const both: HeadChange[] = await Promise.all([
        changes[a](log, queue, read, 'a'),
        changes[b](log, queue, read, 'b'),
      ]);
      const winners = both.filter(({ applied }) => applied);
      expect(winners).toHaveLength(1);
      const head = await headOf(log, queue);
      // The loser sees the head as the winner left it.
      expect(both.map((change) => change.head)).toEqual([head, head]);
      expect(await log.segments(queue)).toHaveLength(head.claimedTo / SEGMENT_SIZE);
    });

    it('no index is claimed twice by many at once', async () => {
      const { log } = subject;
      const queue = await createdQueue(log);
      const claims = await Promise.all(
        Array.from({ length: 8 }, async () => {
          const read = await headOf(log, queue);
          return log.claimSegment(queue, read);
        }),
      );
      const applied = claims.filter((claim) => claim.applied).length;
      expect(applied).toBeGreaterThanOrEqual(1);
      expect((await headOf(log, queue)).claimedTo).toBe((1 + applied) * SEGMENT_SIZE);
      expect(await log.segments(queue)).toHaveLength(1 + applied);
    });
  });
}
