import type { Head, HeadChange, Log, QueueId } from '../../../src/domain';
import {
  append,
  claimSegments,
  createdQueue,
  dropped,
  headOf,
  raise,
  readAll,
  rewind,
  rewindOf,
} from '../../contract/log/arrange';
import { countCalls, interceptDriver, isConditional } from '../../support/cassandra/driver';
import { useCassandra } from '../../support/cassandra/openedLog';
import { closed, epoch, rowsOf, segment } from '../../support/rows';
import { describeOnServers } from '../../support/servers';

/** What was read is tested once more by the transaction itself: here it has changed since. */
describeOnServers('a transaction finds what changed after the read', () => {
  const cassandra = useCassandra();
  let undo: () => void = () => undefined;
  afterEach(() => undo());

  let log: Log;
  let queue: QueueId;
  beforeEach(async () => {
    log = await cassandra.open();
    queue = await createdQueue(log);
    await claimSegments(log, queue, 3);
    await append(log, queue, rowsOf(1, 8));
    for (const n of [1, 2]) await log.closeSegment(queue, epoch(1), segment(n), closed(8 * n));
  });

  /** Does it once, when the next transaction has read and not yet been sent. */
  const inBetween = (change: () => Promise<unknown>): void => {
    undo = interceptDriver(isConditional, async (send) => {
      undo();
      await change();
      return send();
    });
  };

  // A claim leaves the epoch and a rewind leaves claimedTo: each transaction has to test both.
  describe.each(['claimSegment', 'raise', 'rewind'] as const)('%s', (kind) => {
    const attempt = async (read: Head): Promise<HeadChange> =>
      ({
        claimSegment: () => log.claimSegment(queue, read),
        raise: () => log.raise(queue, read, 'late'),
        rewind: () => log.rewind(queue, read, rewindOf(read, 20)),
      })[kind]();

    it.each([
      ['a claim', (read: Head) => log.claimSegment(queue, read)],
      ['a rewind', () => rewind(log, queue, 22)],
    ] as const)('%s by another: not applied', async (_, change) => {
      const read = await headOf(log, queue);
      inBetween(() => change(read));
      const { applied, head } = await attempt(read);
      expect(applied).toBe(false);
      expect(head).toEqual(await headOf(log, queue));
      expect(head).not.toEqual(read);
      expect(head.raisedBy).not.toBe('late');
    });

    it.each([
      ['the epoch', (read: Head) => ({ ...read, epoch: epoch(2) })],
      ['the claim', (read: Head) => ({ ...read, claimedTo: 16 })],
    ] as const)('needs no transaction to find that %s is another', async (_, other) => {
      const head = await headOf(log, queue);
      const transactions = countCalls(isConditional);
      undo = transactions.stop;
      expect(await attempt(other(head))).toEqual({ applied: false, head });
      expect(transactions.count).toBe(0);
    });
  });

  it('a head older than what the caller has read: nothing is claimed twice', async () => {
    const isHead = (cql: string): boolean => cql.startsWith('SELECT epoch, raised_by');
    let older: unknown;
    undo = interceptDriver(isHead, async (send) => (older = await send()));
    const read = (await log.claimSegment(queue, await headOf(log, queue))).head;
    undo();
    undo = interceptDriver(isHead, async () => older);
    expect((await log.claimSegment(queue, read)).applied).toBe(false);
  });

  it('a floor above the last of a rewind: not applied', async () => {
    const read = await headOf(log, queue);
    inBetween(() => log.dropSegment(queue, epoch(1), segment(1)));
    const { applied, head } = await log.rewind(queue, read, rewindOf(read, 3));
    expect({ applied, epoch: head.epoch, floor: head.floor }).toEqual({
      applied: false,
      epoch: 1,
      floor: 8,
    });
  });

  it('a newer epoch than that of a drop: nothing is dropped', async () => {
    inBetween(() => raise(log, queue));
    expect(await log.dropSegment(queue, epoch(1), segment(1))).toBe(false);
    expect((await headOf(log, queue)).floor).toBe(0);
    expect(await readAll(log, queue)).toHaveLength(8);
  });

  it('a floor raised by another drop: it is not lowered', async () => {
    inBetween(() => log.dropSegment(queue, epoch(1), segment(2)));
    expect(await log.dropSegment(queue, epoch(1), segment(1))).toBe(true);
    expect((await headOf(log, queue)).floor).toBe(16);
  });

  it('the same segment dropped by another below the floor: one of the two did it', async () => {
    await log.dropSegment(queue, epoch(1), segment(2));
    const other: boolean[] = [];
    inBetween(async () => other.push(await log.dropSegment(queue, epoch(1), segment(1))));
    expect([await log.dropSegment(queue, epoch(1), segment(1)), ...other]).toEqual([false, true]);
  });

  it('and a drop deletes only once the floor is raised', async () => {
    let floor: number | undefined;
    undo = interceptDriver(
      (cql) => cql.startsWith('DELETE'),
      async (send) => {
        floor = (await headOf(log, queue)).floor;
        return send();
      },
    );
    expect(await dropped(log, queue, segment(1))).toBe(true);
    expect(floor).toBe(8);
  });

  it('and a repeated drop deletes what a process that died between the two has left', async () => {
    undo = interceptDriver(
      (cql) => cql.startsWith('DELETE'),
      () => Promise.reject(new Error('died')),
    );
    await expect(log.dropSegment(queue, epoch(1), segment(1))).rejects.toThrow('died');
    undo();
    expect((await log.segments(queue))[0]?.status).toBe('closed');
    expect(await log.dropSegment(queue, epoch(1), segment(1))).toBe(true);
    expect(await readAll(log, queue)).toEqual([]);
  });
});
