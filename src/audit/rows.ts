import * as E from 'fp-ts/Either';
import type {
  EventRow,
  Head,
  Log,
  QueueId,
  Rewind,
  Segment,
  StoredRow,
  TaskIndex,
} from '../domain';
import { encodeEvent, segmentOf } from '../domain';
import type { AuditRow, DamagedRow } from './decoded';
import { decodeStored, eventRowOf } from './decoded';

export type Damage = (damaged: DamagedRow) => void;

/** The rows of the queue as a whole; a rewind whose row was never written comes from the head. */
export async function* rowsOfQueue(
  log: Log,
  queue: QueueId,
  head: Head,
): AsyncGenerator<readonly StoredRow[]> {
  const missing = new Map(head.rewinds.map((rewind) => [rewind.epoch as number, rewind]));
  for await (const rows of log.storedOfQueue(queue)) {
    for (const { epoch, version } of rows) if (version === 0) missing.delete(epoch);
    yield rows;
  }
  if (missing.size > 0) yield [...missing.values()].map(derivedRow);
}

const derivedRow = ({ epoch, last, at }: Rewind): StoredRow => ({
  index: 0,
  epoch,
  version: 0,
  eventId: 'from the head',
  type: 'Rewound',
  at,
  body: encodeEvent({ type: 'Rewound', v: 1, last }),
  keyId: null,
  payload: null,
});

/** The rows of tasks, segment by segment; of one task: its slice alone. */
export async function* rowsOfTasks(
  log: Log,
  queue: QueueId,
  { segmentSize }: Head,
  { task, payloads }: { readonly task: number | undefined; readonly payloads: boolean },
): AsyncGenerator<readonly StoredRow[]> {
  if (task !== undefined) {
    const segment = segmentOf(task, segmentSize);
    yield* log.stored(queue, { segment, task: task as TaskIndex, payloads });
    return;
  }
  for (const { segment, status } of await log.segments(queue)) {
    if (status !== 'dropped') yield* log.stored(queue, { segment, task: null, payloads });
  }
}

/** The last index of what retention has dropped; 0: nothing. */
export async function droppedTo(log: Log, queue: QueueId, { segmentSize }: Head): Promise<number> {
  const dropped = (await log.segments(queue)).filter(({ status }) => status === 'dropped');
  const last = dropped.reduce((most, { segment }) => Math.max(most, segment), 0) as Segment;
  return last * segmentSize;
}

/** What can be read of them; the rest goes to `damage`. */
export function* readable(rows: readonly StoredRow[], damage: Damage): Generator<AuditRow> {
  for (const stored of rows) {
    const decoded = decodeStored(stored);
    if (E.isRight(decoded)) yield decoded.right;
    else damage(decoded.left);
  }
}

/** The rows of each task together. */
export async function* byTask(
  pages: AsyncIterable<readonly StoredRow[]>,
  damage: Damage,
): AsyncGenerator<readonly EventRow[]> {
  let task: EventRow[] = [];
  for await (const page of pages) {
    for (const each of readable(page, damage)) {
      const row = eventRowOf(each);
      if (row === null) continue;
      if (task[0] && task[0].index !== row.index) {
        yield task;
        task = [];
      }
      task.push(row);
    }
  }
  if (task.length > 0) yield task;
}

/** Rewinds and refusals of a queue, as far as they can be read. */
export interface QueueStory {
  readonly rewinds: readonly Rewind[];
  readonly refusals: readonly AuditRow[];
}

/** `task`: refusals of this one alone. */
export async function queueStory(
  log: Log,
  queue: QueueId,
  head: Head,
  damage: Damage,
  task?: number,
): Promise<QueueStory> {
  const rewinds: Rewind[] = [];
  const refusals: AuditRow[] = [];
  for await (const page of rowsOfQueue(log, queue, head)) {
    for (const row of readable(page, damage)) {
      const { event, stored } = row;
      if (event.type === 'Rewound') {
        rewinds.push({ epoch: stored.epoch as Rewind['epoch'], last: event.last, at: stored.at });
      }
      if (event.type === 'Refused' && (task === undefined || row.task === task)) refusals.push(row);
    }
  }
  return { rewinds: rewinds.sort((a, b) => a.epoch - b.epoch), refusals };
}
