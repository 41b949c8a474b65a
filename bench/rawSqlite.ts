import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import Database from 'better-sqlite3';

/**
 * The baseline: one row a transaction, with the pragmas of our log and rows of the same size. A queue
 * that commits each command by itself cannot be faster than this.
 */
export function rawCommitsPerSecond(folder: string, forMs: number, valueBytes: number): number {
  const db = new Database(join(folder, 'raw.sqlite'));
  try {
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma('locking_mode = EXCLUSIVE');
    db.exec('CREATE TABLE IF NOT EXISTS rows (id INTEGER PRIMARY KEY, body TEXT, payload BLOB)');
    const insert = db.prepare('INSERT INTO rows (body, payload) VALUES (?, ?)');
    const body = JSON.stringify({ type: 'Added', v: 1, token: false });
    const payload = Buffer.alloc(valueBytes, 1);
    const startedAt = performance.now();
    let commits = 0;
    for (; performance.now() - startedAt < forMs; commits++) insert.run(body, payload);
    return commits / ((performance.now() - startedAt) / 1000);
  } finally {
    db.close();
  }
}
