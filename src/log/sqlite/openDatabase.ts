import Database from 'better-sqlite3';
import type { DataFolder } from './dataFolder';
import { DataFolderInUse, DataFolderUnusable, NotALog } from './errors';
import { readPid } from './pidFile';
import { checkSchema, migrate } from './schema';
import { isSqliteError } from './sqliteError';

/**
 * Opens the database and locks it for as long as it stays open. The lock is one of the operating
 * system on the file: it goes when the process goes, however that dies.
 */
export function openDatabase(at: DataFolder): Database.Database {
  let db: Database.Database | undefined;
  try {
    // No waiting for a lock: whoever has it keeps it for as long as it lives.
    db = new Database(at.database, { timeout: 0, fileMustExist: true });
    db.pragma('locking_mode = EXCLUSIVE');
    checkSchema(db);
    // Exclusive before the first use of the WAL: its index is then in memory of this process.
    if (db.pragma('journal_mode = WAL', { simple: true }) !== 'wal') {
      throw new DataFolderUnusable(at.folder, 'its file system does not carry a write-ahead log');
    }
    // Each commit is on disk before it is confirmed (better-sqlite3 is built with NORMAL for WAL).
    db.pragma('synchronous = FULL');
    migrate(db);
    return db;
  } catch (error) {
    db?.close();
    throw refusal(error, at);
  }
}

function refusal(error: unknown, at: DataFolder): unknown {
  if (!isSqliteError(error)) return error;
  const { code, message } = error;
  if (code.startsWith('SQLITE_BUSY'))
    return new DataFolderInUse(at.folder, readPid(at.pidFile), error);
  if (code.startsWith('SQLITE_NOTADB') || code.startsWith('SQLITE_CORRUPT')) {
    return new NotALog(at.database, message, error);
  }
  return new DataFolderUnusable(at.folder, error);
}
