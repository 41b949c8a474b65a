import type {
  Epoch,
  EventRow,
  Log,
  QueueId,
  Segment,
  TaskEvent,
  TaskIndex,
  Version,
  WorkerId,
} from '../src/domain';
import { leaseIdOf } from '../src/domain';
import { acked, rowOf, timeUuid } from '../test/support/rows';

export const SEGMENT_SIZE = 4_096;
const LANES = 4;

/** A queue as it is written into the log: so many acked tasks, then so many that are leased and wait. */
export interface Shape {
  readonly acked: number;
  readonly waiting: number;
  readonly leased: number;
}

/** What the tasks carry. */
export interface Sealed {
  readonly keyId: string;
  payload(index: number): Buffer;
}

/** Written through the log port, as the queue itself would have, but in big batches. */
export async function writeQueue(
  log: Log,
  queue: QueueId,
  shape: Shape,
  sealed: Sealed,
): Promise<void> {
  const tasks = shape.acked + shape.leased + shape.waiting;
  let { head } = await log.createQueue(queue, {
    segmentSize: SEGMENT_SIZE,
    raisedBy: timeUuid(Date.now()),
  });
  while (head.claimedTo < tasks) ({ head } = await log.claimSegment(queue, head));
  const segments = Math.ceil(tasks / SEGMENT_SIZE);
  let next = 1;
  const lane = async (): Promise<void> => {
    for (let segment = next++; segment <= segments; segment = next++) {
      await writeSegment(log, queue, head.epoch, segment as Segment, shape, sealed);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

async function writeSegment(
  log: Log,
  queue: QueueId,
  epoch: Epoch,
  segment: Segment,
  shape: Shape,
  sealed: Sealed,
): Promise<void> {
  const first = (segment - 1) * SEGMENT_SIZE + 1;
  const last = Math.min(segment * SEGMENT_SIZE, shape.acked + shape.leased + shape.waiting);
  for (let from = first; from <= last; from += 256) {
    const rows: EventRow[] = [];
    for (let index = from; index < Math.min(from + 256, last + 1); index++) {
      const version = 4 * index;
      rows.push(rowOf(index, { version, keyId: sealed.keyId, payload: sealed.payload(index) }));
      if (index <= shape.acked + shape.leased)
        rows.push(rowOf(index, { version: version + 1 }, fetchedAs(index, version + 1)));
      if (index <= shape.acked) rows.push(rowOf(index, { version: version + 2 }, acked));
    }
    const [outcome] = await log.append(queue, epoch, [rows]);
    if (outcome?.type !== 'confirmed') throw new Error(`not confirmed: ${JSON.stringify(outcome)}`);
  }
  if (segment * SEGMENT_SIZE <= shape.acked) {
    await log.closeSegment(queue, epoch, segment, { lastAdded: last, closedAt: Date.now() });
  }
}

/** Each by a worker of its own, under a lease that lasts. */
const fetchedAs = (index: number, version: number): TaskEvent => ({
  type: 'Fetched',
  v: 1,
  leaseId: leaseIdOf(index as TaskIndex, 1 as Epoch, version as Version),
  workerId: `worker-${String(index)}` as WorkerId,
  fetchedAt: Date.now(),
  leaseUntil: Date.now() + 3_600_000,
});
