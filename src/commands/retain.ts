import type { Log, QueueId, Segment } from '../domain';
import { segmentEnd, segmentStart } from '../domain';
import { closedSince } from './closedSince';

export interface Retention {
  /** A segment that was closed so long ago is dropped. */
  readonly keepMs: number;
  /** Segments in one call. */
  readonly max: number;
  /** Drops nothing, and says what it would. */
  readonly dryRun?: boolean;
}

export interface RetainNeeds {
  readonly log: Log;
  /** Has the clock by which segments were closed. */
  readonly projection: { identity(queue: QueueId): Promise<{ readonly now: number }> };
}

/** Tasks `from` to `to`, gone with all their events. */
export interface DroppedSegment {
  readonly segment: Segment;
  readonly from: number;
  readonly to: number;
  readonly closedAt: number;
}

/**
 * closed segments, lowest first -> those closed long enough ago -> each dropped by the log, which raises
 * the floor first, if the epoch is still the one that was read [F5]. An open segment is passed over: tasks
 * in it go on, but a rewind below the floor is refused.
 *
 * A process that dies in a drop leaves a segment that is closed still, or dropped: the next run goes on.
 */
export async function retain(
  { log, projection }: RetainNeeds,
  queue: QueueId,
  { keepMs, max, dryRun = false }: Retention,
): Promise<DroppedSegment[]> {
  const head = await log.head(queue);
  if (!head) return [];
  const { now } = await projection.identity(queue);
  const dropped: DroppedSegment[] = [];
  for (const row of await log.segments(queue)) {
    const { segment, status } = row;
    if (status !== 'closed') continue;
    if (dropped.length >= max) break;
    const closedAt = await closedSince(log, queue, row);
    if (now - closedAt < keepMs) {
      // Its age was read from its events, and those of the next would be: they are younger, mostly.
      if (row.closedAt === null) break;
      continue;
    }
    if (!dryRun && !(await log.dropSegment(queue, head.epoch, segment))) break;
    const from = segmentStart(segment, head.segmentSize);
    dropped.push({ segment, from, to: segmentEnd(segment, head.segmentSize), closedAt });
  }
  return dropped;
}
