import type { EventRow, LeaseId, Rewind, TaskEvent, TaskState, WorkerId } from '../../src/domain';
import { foldTask } from '../../src/domain';

/** An event row of the log, the same object wherever the same row is: states share them. */
export interface Row extends EventRow {
  readonly number: number;
  /** The command that decided it. */
  readonly writer: string;
}

const rows = new Map<string, Row>();

export interface Place {
  readonly index: number;
  readonly epoch: number;
  readonly version: number;
  readonly writer: string;
}

function row(place: Place, event: TaskEvent, what: string): Row {
  const key = `${place.index}|${place.epoch}|${place.version}|${place.writer}|${what}`;
  const known = rows.get(key);
  if (known) return known;
  const made = {
    ...place,
    number: rows.size,
    event,
    eventId: key,
    at: 0,
    keyId: null,
    payload: null,
  } as unknown as Row;
  rows.set(key, made);
  return made;
}

export const added = (place: Place): Row => row(place, { type: 'Added', v: 1, token: false }, 'A');

export const fetched = (place: Place, lease: string, worker: string): Row =>
  row(
    place,
    {
      ...{ type: 'Fetched', v: 1, fetchedAt: 0, leaseUntil: 0 },
      ...{ leaseId: lease as LeaseId, workerId: worker as WorkerId },
    },
    `F${lease}${worker}`,
  );

export const recovered = (place: Place, lease: string): Row =>
  row(place, { type: 'Recovered', v: 1, leaseId: lease as LeaseId }, `R${lease}`);

export const acked = (place: Place, lease: string, worker: string): Row =>
  row(
    place,
    { type: 'Acked', v: 1, leaseId: lease as LeaseId, workerId: worker as WorkerId },
    `K${lease}${worker}`,
  );

/** As the log orders them; rows of one (epoch, version) by their event, which is arbitrary there too. */
export const compareRows = (a: Row, b: Row): number =>
  a.index - b.index || a.epoch - b.epoch || a.version - b.version || a.number - b.number;

/** What the log says of one task: the fold of the domain itself. */
export function fold(log: readonly Row[], index: number, rewinds: readonly Rewind[]): TaskState {
  return foldTask(
    log.filter((found) => found.index === index),
    rewinds,
  );
}
