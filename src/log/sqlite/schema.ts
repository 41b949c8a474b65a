import type { Database } from 'better-sqlite3';
import { NotALog, SchemaTooNew } from './errors';

/** 'imfq': marks the file as a log of this project (PRAGMA application_id). */
const APPLICATION_ID = 0x696d6671;

/** Each entry leads from the version before to its own; released ones are never changed. */
const migrations: readonly string[] = [
  `
  -- The head of each queue, and its number: rows refer to the number, which is shorter than the names.
  -- rewinds comes last: it can be long, and the epoch is read for each append.
  CREATE TABLE queues (
    id           INTEGER PRIMARY KEY,
    owner        TEXT    NOT NULL,
    service      TEXT    NOT NULL,
    epoch        INTEGER NOT NULL,
    raised_by    TEXT    NOT NULL,
    claimed_to   INTEGER NOT NULL,
    floor        INTEGER NOT NULL,
    segment_size INTEGER NOT NULL,
    rewinds      TEXT    NOT NULL,
    UNIQUE (owner, service)
  ) STRICT;

  CREATE TABLE segments (
    queue_id   INTEGER NOT NULL,
    segment    INTEGER NOT NULL,
    status     TEXT    NOT NULL CHECK (status IN ('open', 'closed', 'dropped')),
    last_added INTEGER NOT NULL,
    PRIMARY KEY (queue_id, segment)
  ) STRICT, WITHOUT ROWID;

  -- Stored in the order in which it is read. The payload comes last, so that a scan without it does not
  -- touch the overflow pages of a large one. type repeats what body says, for people with a SQL prompt.
  CREATE TABLE events (
    queue_id   INTEGER NOT NULL,
    task_index INTEGER NOT NULL,
    epoch      INTEGER NOT NULL,
    version    INTEGER NOT NULL,
    event_id   TEXT    NOT NULL,
    type       TEXT    NOT NULL,
    at         REAL    NOT NULL,
    body       TEXT    NOT NULL,
    key_id     TEXT,
    payload    BLOB,
    PRIMARY KEY (queue_id, task_index, epoch, version, event_id)
  ) STRICT, WITHOUT ROWID;

  -- Events of a queue as a whole: who audits it finds them here, the fold takes queues.rewinds.
  CREATE TABLE rewound (
    queue_id INTEGER NOT NULL,
    epoch    INTEGER NOT NULL,
    version  INTEGER NOT NULL,
    event_id TEXT    NOT NULL,
    at       REAL    NOT NULL,
    body     TEXT    NOT NULL,
    PRIMARY KEY (queue_id, epoch, version, event_id)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- null: open, or closed before there was this column.
  ALTER TABLE segments ADD COLUMN closed_at REAL;

  -- The list comes last: it is long, and read alone.
  CREATE TABLE seals (
    queue_id  INTEGER NOT NULL,
    number    INTEGER NOT NULL,
    segment   INTEGER NOT NULL,
    body      TEXT    NOT NULL,
    signature TEXT    NOT NULL,
    list_hash TEXT    NOT NULL,
    list      BLOB    NOT NULL,
    PRIMARY KEY (queue_id, number)
  ) STRICT, WITHOUT ROWID;
  `,
];

const readNumber = (db: Database, pragma: string): number =>
  Number(db.pragma(pragma, { simple: true }));

/** Refuses a file that is no log, or one of a newer release, before anything in it is changed. */
export function checkSchema(db: Database): void {
  const version = readNumber(db, 'user_version');
  const application = readNumber(db, 'application_id');
  const tables = db.prepare<[], number>('SELECT count(*) FROM sqlite_schema').pluck().get() ?? 0;
  if (application !== APPLICATION_ID && (version > 0 || application !== 0 || tables > 0)) {
    throw new NotALog(db.name, 'it is a database of another application');
  }
  if (version > migrations.length) throw new SchemaTooNew(db.name, version, migrations.length);
}

/**
 * Brings the schema to this release's version, in one transaction. It always writes: a transaction that
 * has written holds the lock, and a file that cannot be written is found out now.
 */
export function migrate(db: Database): void {
  db.transaction(() => {
    for (const migration of migrations.slice(readNumber(db, 'user_version'))) db.exec(migration);
    db.pragma(`application_id = ${String(APPLICATION_ID)}`);
    db.pragma(`user_version = ${String(migrations.length)}`);
  }).immediate();
}
