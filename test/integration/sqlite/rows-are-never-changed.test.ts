import type { EventRow, Log } from '../../../src/domain';
import { openSqliteLog } from '../../../src/log/sqlite';
import { epoch, queueOf, rowsOf } from '../../support/rows';
import { tempFolders } from './tempFolder';

// Where the port allows more than one answer, this adapter gives the strict one.

const newFolder = tempFolders();
const queue = queueOf('owner', 'service');

async function logWith(rows: readonly EventRow[]): Promise<Log> {
  const log = openSqliteLog({ dataDir: newFolder() });
  await log.createQueue(queue, { segmentSize: 4096, raisedBy: 'me' });
  await log.append(queue, epoch(1), [rows]);
  return log;
}

it('a row that is there already is left as it is', async () => {
  const log = await logWith(rowsOf(1, 8));
  const others = rowsOf(1, 9).map((row) => ({
    ...row,
    keyId: 'other',
    payload: Buffer.from('other'),
  }));
  expect(await log.append(queue, epoch(1), [others])).toEqual([{ type: 'confirmed' }]);
  expect(await log.read(queue, [{ from: 1, to: 9 }])).toEqual([...rowsOf(1, 8), others[8]]);
  await log.close();
});

it('rows of an epoch that has moved are not in the log', async () => {
  const log = await logWith(rowsOf(1, 8));
  const head = await log.head(queue);
  await log.raise(queue, head!, 'me');
  expect(await log.append(queue, epoch(1), [rowsOf(9, 9)])).toEqual([{ type: 'moved', epoch: 2 }]);
  expect(await log.read(queue, [{ from: 9, to: 9 }])).toEqual([]);
  await log.close();
});
