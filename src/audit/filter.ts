import type { AnyEvent, StoredRow } from '../domain';
import type { AuditRow } from './decoded';

/** What of a queue is asked for; what is not given does not restrict. */
export interface Filter {
  /** Milliseconds since 1970, by the lease clock; both ends included. */
  readonly from?: number;
  readonly to?: number;
  readonly task?: number;
  readonly worker?: string;
  readonly type?: AnyEvent['type'];
}

/** What can be said of a row that was not decoded. */
export const mayMatch = ({ from, to, task }: Filter, { at, index }: StoredRow): boolean =>
  (from === undefined || at >= from) &&
  (to === undefined || at <= to) &&
  (task === undefined || index === 0 || index === task);

export const matches = (filter: Filter, row: AuditRow): boolean =>
  mayMatch(filter, row.stored) &&
  (filter.task === undefined || row.task === filter.task) &&
  (filter.type === undefined || row.event.type === filter.type) &&
  (filter.worker === undefined || workerOf(row.event) === filter.worker);

/** Recovered names a lease only: its worker is in the Fetched of that lease. */
const workerOf = (event: AnyEvent): string | undefined =>
  'workerId' in event ? event.workerId : undefined;
