import type { RowKey } from './rowHash';
import { RowsHash } from './rowHash';
import type { ListedRow } from './rowList';
import { markOf } from './rowList';

/** A row as it is now. */
export interface PresentRow extends RowKey {
  readonly contents: Buffer;
}

/**
 * changed: the row holds something else. removed: it is gone. added: it came after the seal. moved: it
 * holds what stood at `from`. order: it stands where another should. rows: they differ, which cannot be told.
 */
export type RowFinding =
  | { readonly type: 'changed' | 'removed' | 'added' | 'order'; readonly row: RowKey }
  | { readonly type: 'moved'; readonly row: RowKey; readonly from: RowKey }
  | { readonly type: 'rows' };

interface Sealed {
  readonly rowsHash: string;
  /** null: it is lost, so nothing can be named. */
  readonly list: readonly ListedRow[] | null;
}

/** What differs between the rows that were sealed and those that are there, both in order; empty: nothing. */
export function compareRows(
  { rowsHash, list }: Sealed,
  present: readonly PresentRow[],
): RowFinding[] {
  if (hashOf(present) === rowsHash) return [];
  const found = list === null ? [] : named(list, present);
  return found.length > 0 ? found : [{ type: 'rows' }];
}

function hashOf(rows: readonly PresentRow[]): string {
  const hash = new RowsHash();
  for (const row of rows) hash.take(row, row.contents);
  return hash.end();
}

function named(list: readonly ListedRow[], present: readonly PresentRow[]): RowFinding[] {
  const now = present.map((row) => ({ ...keyOf(row), mark: markOf(row.contents) }));
  const lost = without(list, now);
  const foreign = without(now, list);
  if (lost.length === 0 && foreign.length === 0) return outOfOrder(list, now);

  const homes = new Map(lost.map((row) => [row.mark, row]));
  const moved = foreign.flatMap((row) => {
    const from = homes.get(row.mark);
    return from ? [{ row, from }] : [];
  });
  const movedFrom = new Set(moved.map(({ from }) => from));
  const movedTo = new Set(moved.map(({ row }) => row));
  // Two rows can stand at one place, so places are counted.
  const places = new Places(foreign.filter((row) => !movedTo.has(row)));
  const found: RowFinding[] = moved.map(({ row, from }) => ({
    type: 'moved',
    row: keyOf(row),
    from: keyOf(from),
  }));
  for (const row of lost) {
    if (movedFrom.has(row)) continue;
    found.push({ type: places.take(row) ? 'changed' : 'removed', row: keyOf(row) });
  }
  for (const row of places.left()) found.push({ type: 'added', row: keyOf(row) });
  return found.sort((a, b) => compareKeys(rowOf(a), rowOf(b)));
}

/** The rows of `rows` that are not in `others`. No two are alike: their event ids differ. */
function without(rows: readonly ListedRow[], others: readonly ListedRow[]): ListedRow[] {
  const known = new Set(others.map(nameOf));
  return rows.filter((row) => !known.has(nameOf(row)));
}

/** The same rows, so one that stands first where another should. */
function outOfOrder(list: readonly ListedRow[], now: readonly ListedRow[]): RowFinding[] {
  const row = now.find((each, i) => {
    const sealed = list[i];
    return sealed !== undefined && nameOf(sealed) !== nameOf(each);
  });
  return row ? [{ type: 'order', row: keyOf(row) }] : [];
}

class Places {
  private readonly rows = new Map<string, ListedRow[]>();

  constructor(rows: readonly ListedRow[]) {
    for (const row of rows) {
      const at = this.rows.get(placeOf(row));
      if (at) at.push(row);
      else this.rows.set(placeOf(row), [row]);
    }
  }

  /** Takes one row of this place; false: there is none. */
  take(key: RowKey): boolean {
    return this.rows.get(placeOf(key))?.pop() !== undefined;
  }

  left(): ListedRow[] {
    return [...this.rows.values()].flat();
  }
}

const keyOf = ({ index, epoch, version }: RowKey): RowKey => ({ index, epoch, version });
const placeOf = ({ index, epoch, version }: RowKey): string =>
  `${String(index)}.${String(epoch)}.${String(version)}`;
const nameOf = (row: ListedRow): string => `${placeOf(row)} ${row.mark}`;

const rowOf = (finding: RowFinding): RowKey =>
  'row' in finding ? finding.row : { index: 0, epoch: 0, version: 0 };
const compareKeys = (a: RowKey, b: RowKey): number =>
  a.index - b.index || a.epoch - b.epoch || a.version - b.version;
