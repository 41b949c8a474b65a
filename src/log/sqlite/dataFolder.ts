import fs from 'node:fs';
import path from 'node:path';
import { DataFolderUnusable } from './errors';

export interface DataFolder {
  readonly folder: string;
  readonly database: string;
  readonly pidFile: string;
}

/**
 * Makes sure the folder and the database file are there. What is created is for this user only; the
 * rights of a folder that is there already are its administrator's choice.
 */
export function prepareDataFolder(dataDir: string): DataFolder {
  const folder = path.resolve(dataDir);
  const database = path.join(folder, 'queue.db');
  try {
    const firstCreated = fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (firstCreated !== undefined) syncEntries(folder, firstCreated);
    createFile(database);
  } catch (cause) {
    throw new DataFolderUnusable(folder, cause);
  }
  return { folder, database, pidFile: path.join(folder, 'queue.pid') };
}

/** SQLite would create the file with the rights of the umask. */
function createFile(file: string): void {
  try {
    // Exclusive, so that a file that is there is not opened: closing any descriptor of it would drop
    // the locks that this process holds on it (POSIX).
    fs.closeSync(fs.openSync(file, 'wx', 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** A new folder survives a power cut only once its entry in the folder above is on disk. */
function syncEntries(folder: string, firstCreated: string): void {
  for (
    let created = folder;
    created.length >= firstCreated.length;
    created = path.dirname(created)
  ) {
    const descriptor = fs.openSync(path.dirname(created), 'r');
    try {
      fs.fsyncSync(descriptor);
    } finally {
      fs.closeSync(descriptor);
    }
  }
}
