import Database from 'better-sqlite3';
import type { RowSorting, StoredRow } from '../../domain';
import { toStoredRow } from './rows';
import type { StoredColumns } from './statements';

const PAGE_ROWS = 500;

/**
 * In a database without a name: SQLite keeps it in a file that has no entry in any folder, so it is gone
 * with this process, however that ends. SQLITE_TMPDIR or TMPDIR says on which disk.
 */
export function openRowSorting(): RowSorting {
  const db = new Database('');
  db.pragma('journal_mode = OFF');
  db.pragma('temp_store = FILE');
  db.exec(`CREATE TABLE rows (
    task_index INTEGER, epoch INTEGER, version INTEGER, event_id TEXT, type TEXT, at REAL, body TEXT,
    key_id TEXT, payload BLOB
  )`);
  const insert = db.prepare('INSERT INTO rows VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const sorted = db
    .prepare<[], StoredColumns>('SELECT * FROM rows ORDER BY epoch, version, task_index, event_id')
    .raw();
  const addAll = db.transaction((rows: readonly StoredRow[]) => {
    for (const { index, epoch, version, eventId, type, at, body, keyId, payload } of rows) {
      insert.run(index, epoch, version, eventId, type, at, body, keyId, payload);
    }
  });
  return {
    add: (rows) => {
      addAll(rows);
    },
    *sorted() {
      let page: StoredRow[] = [];
      for (const columns of sorted.iterate()) {
        page.push(toStoredRow(columns));
        if (page.length < PAGE_ROWS) continue;
        yield page;
        page = [];
      }
      if (page.length > 0) yield page;
    },
    close: () => {
      db.close();
    },
  };
}
