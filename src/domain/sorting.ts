import type { StoredRow } from './events';

/** Puts more rows than memory holds in order of (epoch, version). Nothing of it is left after `close`. */
export interface RowSorting {
  add(rows: readonly StoredRow[]): void;
  /** All that were added, in batches; nothing may be added meanwhile. */
  sorted(): Iterable<readonly StoredRow[]>;
  close(): void;
}
