import type { Closable, Epoch, EventRow, Log, QueueId, Rewind, Segment } from '../domain';
import type { Ports } from './settings';
import { foldTask, RangeSet, segmentEnd, segmentStart } from '../domain';
import type { Command } from './effects';
import { operate } from './effects';
import type { QueueRounds } from './rounds/queueRounds';

/**
 * closable -> scan the segment -> close it in the log, if the epoch is still the one whose gaps were
 * read [F2] -> forget it in the projection. Answers how many segments were closed.
 *
 * A process that dies between the last two leaves a segment that the projection still knows: nothing
 * is left in it to hand out, and the next rebuild leaves it out.
 */
export async function closeSegments(
  { log, projection }: Pick<Ports, 'log' | 'projection'>,
  rounds: QueueRounds,
  queue: QueueId,
  max: number,
): Promise<number> {
  const candidates = await rounds.submit(findCandidates(max));
  let closed = 0;
  for (const candidate of candidates) {
    const { segment, epoch, now } = candidate;
    const lastAdded = await lastAddedIfDone(log, queue, candidate);
    if (lastAdded === null) continue;
    if (!(await log.closeSegment(queue, epoch, segment, { lastAdded, closedAt: now }))) continue;
    // In its epoch and no other: a rewind may have opened the segment again, in a newer one.
    await projection.round(queue, epoch, [{ do: 'closeSegment', segment }]);
    closed++;
  }
  return closed;
}

interface Candidate extends Closable {
  readonly epoch: Epoch;
  readonly now: number;
  readonly rewinds: readonly Rewind[];
  readonly segmentSize: number;
}

function* findCandidates(max: number): Command<Candidate[]> {
  const { reply: closable, round } = yield* operate({ do: 'closable', max });
  return closable.map((found) => {
    const { epoch, now, rewinds, segmentSize } = round;
    return { ...found, epoch, now, rewinds, segmentSize };
  });
}

/** The highest task of a segment whose indices are all acked or final gaps; null: some is neither. */
async function lastAddedIfDone(
  log: Log,
  queue: QueueId,
  { segment, segmentSize, gaps, rewinds }: Candidate,
): Promise<number | null> {
  const open = new RangeSet([
    { from: segmentStart(segment, segmentSize), to: segmentEnd(segment, segmentSize) },
  ]);
  for (const { from, to } of gaps) open.remove(from, to);

  let lastAdded = 0;
  for await (const task of tasksOf(log, queue, segment)) {
    const index = task[0]?.index;
    if (index === undefined || !open.has(index)) continue; // an Added under a final gap did not happen
    if (foldTask(task, rewinds).status !== 'acked') return null;
    open.remove(index);
    lastAdded = index;
  }
  return open.first === undefined ? lastAdded : null;
}

/** The rows of a segment, task by task. */
async function* tasksOf(log: Log, queue: QueueId, segment: Segment): AsyncGenerator<EventRow[]> {
  let task: EventRow[] = [];
  for await (const rows of log.scan(queue, segment)) {
    for (const row of rows) {
      if (task[0] && row.index !== task[0].index) {
        yield task;
        task = [];
      }
      task.push(row);
    }
  }
  yield task;
}
