import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { LogUnavailable } from '../../../src/domain';
import { CorruptRow, NotALog, SchemaTooNew, openSqliteLog } from '../../../src/log/sqlite';
import { epoch, queueOf, rowsOf, segment } from '../../support/rows';
import { tempFolders } from './tempFolder';

const newFolder = tempFolders();
const queue = queueOf('owner', 'service');

/** A log with some rows, closed. */
async function madeLog(rows = 8): Promise<{ dataDir: string; file: string }> {
  const dataDir = newFolder();
  const log = openSqliteLog({ dataDir });
  await log.createQueue(queue, { segmentSize: 4096, raisedBy: 'me' });
  await log.append(queue, epoch(1), [rowsOf(1, rows)]);
  await log.close();
  return { dataDir, file: join(dataDir, 'queue.db') };
}

function edit(file: string, sql: string): void {
  const db = new Database(file);
  db.exec(sql);
  db.close();
}

const errorOf = (dataDir: string): Error => {
  try {
    void openSqliteLog({ dataDir }).close();
  } catch (error) {
    return error as Error;
  }
  throw new Error('It was opened');
};

describe('a file that is not a log is refused by name and left as it is', () => {
  const refused = (file: string, dataDir: string): Error => {
    const before = readFileSync(file);
    const error = errorOf(dataDir);
    expect(error.message).toContain(file);
    expect(error.message).toContain('choose another folder with DATA_DIR.');
    expect(readFileSync(file).equals(before)).toBe(true);
    return error;
  };

  it('text', () => {
    const dataDir = newFolder();
    const file = join(dataDir, 'queue.db');
    writeFileSync(
      file,
      'these are notes, and they are longer than the header of a database\n'.repeat(99),
    );
    expect(refused(file, dataDir)).toBeInstanceOf(NotALog);
  });

  it('a log whose beginning was overwritten', async () => {
    const { dataDir, file } = await madeLog();
    const bytes = readFileSync(file);
    bytes.fill(0x55, 0, 100);
    writeFileSync(file, bytes);
    expect(refused(file, dataDir)).toBeInstanceOf(NotALog);
  });

  it('a log whose list of tables was overwritten', async () => {
    const { dataDir, file } = await madeLog();
    const bytes = readFileSync(file);
    bytes.fill(0x55, 100, 4096);
    writeFileSync(file, bytes);
    expect(refused(file, dataDir)).toBeInstanceOf(NotALog);
  });

  it('a database of another application', () => {
    const dataDir = newFolder();
    const file = join(dataDir, 'queue.db');
    edit(file, 'CREATE TABLE notes (text)');
    expect(refused(file, dataDir)).toBeInstanceOf(NotALog);
    edit(file, 'PRAGMA application_id = 7; PRAGMA user_version = 1');
    expect(refused(file, dataDir)).toBeInstanceOf(NotALog);
  });

  it('a log of a newer release', async () => {
    const { dataDir, file } = await madeLog();
    edit(file, 'PRAGMA user_version = 99');
    const error = refused(file, dataDir);
    expect(error).toBeInstanceOf(SchemaTooNew);
    expect(error.message).toContain('schema version 99, this release knows 2');
    edit(file, 'PRAGMA user_version = 2');
    await openSqliteLog({ dataDir }).close();
  });
});

it('a damaged page in the middle ends reads of it in LogUnavailable, not in wrong rows', async () => {
  const { dataDir, file } = await madeLog(2000);
  const bytes = readFileSync(file);
  const middle = Math.floor(bytes.length / 4096 / 2) * 4096;
  bytes.fill(0x55, middle, middle + 4096);
  writeFileSync(file, bytes);
  const log = openSqliteLog({ dataDir });
  const reading = log.read(queue, [{ from: 1, to: 4096 }]);
  await expect(reading).rejects.toBeInstanceOf(LogUnavailable);
  await expect(reading).rejects.toThrow('SQLITE_CORRUPT');
  expect(await log.confirm(queue, epoch(1))).toEqual({ type: 'confirmed' });
  await log.close();
});

describe('a row that cannot be decoded is named, never passed over', () => {
  it.each([
    ['no JSON', '{"type":'],
    ['an unknown event', '{"type":"Cancelled","v":1}'],
    ['a newer version of an event', '{"type":"Added","v":2,"token":false}'],
    ['an event of a queue', '{"type":"Rewound","v":1,"last":0}'],
  ])('%s', async (_, body) => {
    const { dataDir, file } = await madeLog();
    edit(file, `UPDATE events SET body = '${body}' WHERE task_index = 5`);
    const log = openSqliteLog({ dataDir });
    const scan = async (): Promise<void> => {
      for await (const page of log.scan(queue, segment(1))) expect(page).toEqual([]);
    };
    for (const error of [
      await log.read(queue, [{ from: 4, to: 6 }]).catch((reason: unknown) => reason),
      await scan().catch((reason: unknown) => reason),
    ]) {
      expect(error).toBeInstanceOf(CorruptRow);
      const { message } = error as Error;
      expect(message).toContain('owner owner, service service, index 5, epoch 1, version 5: ');
    }
    expect(await log.read(queue, [{ from: 6, to: 8 }])).toEqual(rowsOf(6, 8));
    // A statement that stopped half-way must not hold up a write.
    expect(await log.append(queue, epoch(1), [rowsOf(9, 9)])).toEqual([{ type: 'confirmed' }]);
    await log.close();
  });

  it('a rewind, and the rewinds of a head', async () => {
    const { dataDir, file } = await madeLog();
    edit(file, `INSERT INTO rewound VALUES (1, 2, 0, 'e', 0, 'x')`);
    edit(file, `UPDATE queues SET rewinds = '[{"epoch":0}]'`);
    const log = openSqliteLog({ dataDir });
    await expect(log.rewinds(queue)).rejects.toThrow('epoch 2, version 0: not JSON');
    await expect(log.head(queue)).rejects.toBeInstanceOf(CorruptRow);
    await log.close();
  });
});
