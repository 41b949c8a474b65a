import Database from 'better-sqlite3';
import { openSqliteLog } from '../../../src/log/sqlite';
import { tempFolders } from './tempFolder';

const newFolder = tempFolders();
const FULL = 2;

// No test can cut the power; this one sees to it that SQLite was told to be ready for it.
it('each commit is in the write-ahead log on disk before it is confirmed', async () => {
  const pragma = jest.spyOn(Database.prototype, 'pragma');
  const log = openSqliteLog({ dataDir: newFolder() });
  const db = pragma.mock.contexts[0] as Database.Database;
  expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
  expect(db.pragma('synchronous', { simple: true })).toBe(FULL);
  pragma.mockRestore();
  await log.close();
});
