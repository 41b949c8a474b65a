import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataFolderInUse, openSqliteLog } from '../../../src/log/sqlite';
import { startChild } from './child';
import { tempFolders } from './tempFolder';

const newFolder = tempFolders();

const refusalOf = (dataDir: string): DataFolderInUse => {
  try {
    openSqliteLog({ dataDir });
  } catch (error) {
    if (error instanceof DataFolderInUse) return error;
    throw error;
  }
  throw new Error('It was opened twice');
};

it('names the folder, the process that has it and what to do', async () => {
  const dataDir = newFolder();
  const holder = startChild('hold.process.ts', [dataDir]);
  await holder.line();
  const refusal = refusalOf(dataDir);
  await holder.kill();
  expect(refusal.retryable).toBe(false);
  expect(refusal.type).toBe('DataFolderInUse');
  expect(refusal.data).toEqual({ folder: dataDir, pid: holder.pid });
  expect(refusal.message).toBe(
    `The data folder ${dataDir} is in use by process ${String(holder.pid)}. ` +
      'Stop it, or choose another folder with DATA_DIR.',
  );
});

it('is let in as soon as the first one was killed', async () => {
  const dataDir = newFolder();
  const holder = startChild('hold.process.ts', [dataDir]);
  await holder.line();
  await holder.kill();
  // It left its pid behind, which locks nobody out.
  expect(existsSync(join(dataDir, 'queue.pid'))).toBe(true);
  const log = openSqliteLog({ dataDir });
  expect(readFileSync(join(dataDir, 'queue.pid'), 'utf8').trim()).toBe(String(process.pid));
  await log.close();
  expect(existsSync(join(dataDir, 'queue.pid'))).toBe(false);
});

it('and so is a second log of this process, which leaves the first locked', async () => {
  const dataDir = newFolder();
  const log = openSqliteLog({ dataDir });
  for (let i = 0; i < 3; i++) expect(refusalOf(dataDir).data['pid']).toBe(process.pid);
  expect(refusalOf(dataDir).message).toContain(`in use by this process (pid ${process.pid})`);
  // Closing a file drops all locks that a process has on it: other processes must still be refused.
  const other = startChild('hold.process.ts', [dataDir]);
  await expect(other.line()).rejects.toThrow('DataFolderInUse');
  expect(await log.queues({ after: null, max: 1 })).toEqual([]);
  await log.close();
});

it('is refused without a pid where none is known', async () => {
  const dataDir = newFolder();
  const log = openSqliteLog({ dataDir });
  writeFileSync(join(dataDir, 'queue.pid'), 'nonsense');
  expect(refusalOf(dataDir).message).toContain('in use by another process.');
  await log.close();
});
