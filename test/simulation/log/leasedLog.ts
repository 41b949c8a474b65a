import type { EventRow, Head, Log, QueueId } from '../../../src/domain';
import { LogUnavailable } from '../../../src/domain';
import { Appends } from '../../../src/log/cassandra/appends';
import type { GatheredWrites } from '../../../src/log/cassandra/gatheredWrites';
import { EPOCH_LEASE_MS, Looks } from '../../../src/log/cassandra/looks';
import type { NotAcknowledged, Session } from '../../../src/log/cassandra/session';
import type { Statements } from '../../../src/log/cassandra/statements';
import type { Machine } from '../machine';
import type { StoredQueue } from './storedQueue';

/** Makes a call of a port a step. */
export type Ask = <A>(name: string, run: () => Promise<A>) => Promise<A>;

/**
 * The log of one node as it is on Cassandra: a write cannot test the epoch and lands whenever it lands, so
 * a confirmation rests on the epoch lease [F1]. The lease is the real one, of src/log/cassandra.
 */
export function leasedLog(
  log: Log,
  stored: (queue: QueueId) => StoredQueue | undefined,
  machine: Machine,
  ask: Ask,
): Log {
  const statements = {
    look: (queue: QueueId) => ({ queue }),
    insertEvents: (queue: QueueId, _segment: number, rows: readonly { row: EventRow }[]) =>
      rows.map(({ row }) => ({ queue, row })),
  };
  type Insert = ReturnType<typeof statements.insertEvents>[number];

  const session = {
    rows: ({ queue }: { queue: QueueId }) =>
      ask('log.look', async () => columnsOf(stored(queue)?.head)),
    write: async (inserts: readonly Insert[]): Promise<NotAcknowledged | null> => {
      try {
        await ask('log.write', async () => {
          for (const { queue, row } of inserts) stored(queue)?.insert(row);
        });
        return null;
      } catch (error) {
        return { surelyNotDone: error instanceof LogUnavailable, error };
      }
    },
  };

  const clock = () => ({ monotonicMs: machine.monotonic(), wallMs: machine.monotonic() });
  const looks = new Looks(
    session as unknown as Session,
    statements as unknown as Statements,
    clock,
  );
  const appends = new Appends(
    session as unknown as Session,
    session as unknown as GatheredWrites,
    statements as unknown as Statements,
    looks,
    clock,
    { budgetMs: 0, isEnding: () => true }, // a write of unknown outcome is not made again
  );
  return {
    ...log,
    epochLeaseMs: EPOCH_LEASE_MS,
    append: (queue, epoch, batches) => appends.append(queue, epoch, batches),
    confirm: (queue, epoch) => appends.confirm(queue, epoch),
  };
}

const columnsOf = (head: Head | undefined): unknown[] =>
  head
    ? [
        {
          epoch: head.epoch,
          claimed_to: { toNumber: () => head.claimedTo },
          segment_size: head.segmentSize,
        },
      ]
    : [];
