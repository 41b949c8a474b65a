import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openSqliteLog } from '../../../src/log/sqlite';
import { closed, epoch, listOf, queueOf, rowsOf, sealOf, segment } from '../../support/rows';
import { tempFolders } from './tempFolder';

const newFolder = tempFolders();
const queue = queueOf('owner', 'service');

it('a log of schema version 1 is brought to this release when it is opened, with its data', async () => {
  const dataDir = newFolder();
  const before = openSqliteLog({ dataDir });
  await before.createQueue(queue, { segmentSize: 8, raisedBy: 'me' });
  await before.append(queue, epoch(1), [rowsOf(1, 8)]);
  await before.closeSegment(queue, epoch(1), segment(1), closed(8));
  await before.close();
  const db = new Database(join(dataDir, 'queue.db'));
  db.exec('DROP TABLE seals; ALTER TABLE segments DROP COLUMN closed_at; PRAGMA user_version = 1');
  db.close();

  for (const number of [1, 2]) {
    const log = openSqliteLog({ dataDir });
    expect(await log.read(queue, [{ from: 1, to: 8 }])).toEqual(rowsOf(1, 8));
    expect(await log.segments(queue)).toEqual([
      { segment: 1, status: 'closed', lastAdded: 8, closedAt: null },
    ]);
    expect(await log.writeSeal(queue, sealOf(number), listOf('rows'))).toBe(true);
    await log.close();
  }
});
