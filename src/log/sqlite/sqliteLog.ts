import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Database } from 'better-sqlite3';
import type { EventRow, Log, StoredRow } from '../../domain';
import { LogUnavailable } from '../../domain';
import { Appends } from './appends';
import { prepareDataFolder } from './dataFolder';
import { DataFolderUnusable } from './errors';
import { GroupCommit } from './groupCommit';
import { Heads } from './heads';
import { openDatabase } from './openDatabase';
import { removePid, writePid } from './pidFile';
import { QueueIds } from './queueIds';
import { Reads } from './reads';
import { Seals } from './seals';
import { Segments } from './segments';
import { isSqliteError } from './sqliteError';
import { prepareStatements } from './statements';
import { transactBy, transactionSteps } from './transaction';

export interface SqliteLogOptions {
  /** Created if it is not there. One process at a time can have it open. */
  readonly dataDir: string;
}

/**
 * Opens the log in a data folder. Throws DataFolderInUse, DataFolderUnusable, NotALog or SchemaTooNew.
 */
export function openSqliteLog({ dataDir }: SqliteLogOptions): Log {
  const at = prepareDataFolder(dataDir);
  const db = openDatabase(at);
  try {
    writePid(at.pidFile);
  } catch (cause) {
    db.close();
    throw new DataFolderUnusable(at.folder, cause);
  }
  return sqliteLog(db, () => removePid(at.pidFile));
}

function sqliteLog(db: Database, beforeRelease: () => void): Log {
  const statements = prepareStatements(db);
  const transact = transactBy(transactionSteps(db));
  const group = new GroupCommit(transact);
  const queueIds = new QueueIds(statements);
  const heads = new Heads(statements, queueIds, transact);
  const segments = new Segments(statements, queueIds, transact);
  const seals = new Seals(statements, queueIds, transact);
  const appends = new Appends(statements, queueIds, group);
  const reads = new Reads(statements, queueIds);

  /** Async, so that whatever goes wrong rejects. */
  const answer = async <A>(work: () => A | Promise<A>): Promise<A> => {
    if (!db.open) throw new LogUnavailable('The log is closed.');
    try {
      return await work();
    } catch (error) {
      throw asLogError(error);
    }
  };

  async function* paged<Row>(page: (after: Row | null) => Row[]): AsyncGenerator<readonly Row[]> {
    let after: Row | null = null;
    for (;;) {
      const last: Row | null = after;
      const rows: Row[] = await answer(() => page(last));
      after = rows[rows.length - 1] ?? null;
      if (after === null) return;
      yield rows;
      // A long scan takes turns with everybody else.
      await nextTurn();
    }
  }

  return {
    // The append itself checks the epoch.
    epochLeaseMs: 0,
    head: (queue) => answer(() => heads.read(queue)),
    createQueue: (queue, settings) => answer(() => heads.create(queue, settings)),
    claimSegment: (queue, read) => answer(() => heads.claimSegment(queue, read)),
    raise: (queue, read, raisedBy) => answer(() => heads.raise(queue, read, raisedBy)),
    rewind: (queue, read, change) => answer(() => heads.rewind(queue, read, change)),
    segments: (queue) => answer(() => segments.list(queue)),
    closeSegment: (queue, epoch, segment, closed) =>
      answer(() => segments.close(queue, epoch, segment, closed)),
    dropSegment: (queue, epoch, segment) => answer(() => segments.drop(queue, epoch, segment)),
    append: (queue, epoch, batches) => answer(() => appends.append(queue, epoch, batches)),
    confirm: (queue, epoch) => answer(() => appends.confirm(queue, epoch)),
    read: (queue, ranges) => answer(() => reads.read(queue, ranges)),
    scan: (queue, segment) => paged<EventRow>((after) => reads.page(queue, segment, after)),
    stored: (queue, what) => paged<StoredRow>((after) => reads.storedPage(queue, what, after)),
    storedOfQueue: (queue) => paged<StoredRow>((after) => reads.storedOfQueuePage(queue, after)),
    record: (queue, row) => answer(() => reads.record(queue, row)),
    seals: (queue, after) => answer(() => seals.list(queue, after)),
    sealList: (queue, number, hash) => answer(() => seals.listOf(queue, number, hash)),
    writeSeal: (queue, seal, list) => answer(() => seals.write(queue, seal, list)),
    rewinds: (queue) => answer(() => reads.rewinds(queue)),
    queues: ({ after, max }) => answer(() => queueIds.page(after, max)),
    async close() {
      if (!db.open) return;
      group.flush();
      try {
        beforeRelease();
      } finally {
        db.close();
      }
    },
  };
}

/** SQLite tells apart what it could not do; whatever it was, it was not done (see transaction.ts). */
const asLogError = (error: unknown): unknown =>
  isSqliteError(error)
    ? new LogUnavailable(
        `The log did not take the request: ${error.message} (${error.code}).`,
        { code: error.code },
        error,
      )
    : error;
