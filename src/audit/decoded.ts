import * as E from 'fp-ts/Either';
import type { AnyEvent, EventRow, StoredRow, TaskIndex } from '../domain';
import { decodeAny } from '../domain';

/** A row that can be read. */
export interface AuditRow {
  readonly stored: StoredRow;
  readonly event: AnyEvent;
  /** null: the queue as a whole. */
  readonly task: TaskIndex | null;
}

/** A row that cannot: named, counted, and the rest goes on. */
export interface DamagedRow {
  readonly stored: StoredRow;
  readonly reason: string;
}

export function decodeStored(stored: StoredRow): E.Either<DamagedRow, AuditRow> {
  const decoded = decodeAny(stored.body);
  if (E.isLeft(decoded)) return E.left({ stored, reason: decoded.left });
  const event = decoded.right;
  const isOfTask = !['Rewound', 'Refused', 'Revealed'].includes(event.type);
  if (isOfTask !== stored.index > 0) {
    return E.left({ stored, reason: `an event of another place: ${event.type}` });
  }
  return E.right({ stored, event, task: taskOf(stored, event) });
}

const taskOf = ({ index }: StoredRow, event: AnyEvent): TaskIndex | null => {
  if (event.type === 'Refused') return Number(event.leaseId.split('.')[0]) as TaskIndex;
  return index === 0 ? null : (index as TaskIndex);
};

/** As the domain takes it; null for what is of no task or a record. */
export function eventRowOf({ stored, event }: AuditRow): EventRow | null {
  switch (event.type) {
    case 'Rewound':
    case 'Refused':
    case 'Revealed':
      return null;
    default: {
      const { index, epoch, version, eventId, at, keyId, payload } = stored;
      const place = { index, epoch, version } as Pick<EventRow, 'index' | 'epoch' | 'version'>;
      return { ...place, eventId, at, event, keyId, payload };
    }
  }
}

/** How a row is named to people: where it stands in the order of the queue, and of what it is. */
export const nameOf = ({ index, epoch, version, eventId }: StoredRow): string =>
  `row ${epoch}.${version}${index === 0 ? '' : ` of task ${index}`} (event ${eventId})`;
