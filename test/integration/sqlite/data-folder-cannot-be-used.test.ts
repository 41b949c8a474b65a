import { chmodSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataFolderUnusable, openSqliteLog } from '../../../src/log/sqlite';
import { startChild } from './child';
import { tempFolders } from './tempFolder';

const newFolder = tempFolders();

async function openedWithoutRights(dataDir: string): Promise<{ name: string; message?: string }> {
  const child = startChild('open.process.ts', [newFolder(), dataDir]);
  const line = await child.line();
  await child.end();
  return JSON.parse(line) as { name: string; message?: string };
}

/** A folder in which anybody may look. */
const readable = (): string => {
  const folder = newFolder();
  chmodSync(folder, 0o755);
  return folder;
};

const expectRefused = (
  { name, message }: { name: string; message?: string },
  folder: string,
): void => {
  expect(name).toBe('DataFolderUnusable');
  expect(message).toContain(`The data folder ${folder} cannot be used: `);
  expect(message).toContain('choose another folder with DATA_DIR.');
};

describe('a data folder is refused by name', () => {
  it('if it cannot be created', async () => {
    const folder = join(readable(), 'data');
    chmodSync(join(folder, '..'), 0o555);
    expectRefused(await openedWithoutRights(folder), folder);
  });

  it('if no file can be created in it', async () => {
    const folder = readable();
    chmodSync(folder, 0o555);
    expectRefused(await openedWithoutRights(folder), folder);
  });

  it('if the log in it cannot be written', async () => {
    const folder = readable();
    await openSqliteLog({ dataDir: folder }).close();
    chmodSync(folder, 0o777);
    chmodSync(join(folder, 'queue.db'), 0o444);
    expectRefused(await openedWithoutRights(folder), folder);
  });

  it('if the log can be written, but no file beside it', async () => {
    const folder = readable();
    await openSqliteLog({ dataDir: folder }).close();
    chmodSync(join(folder, 'queue.db'), 0o666);
    chmodSync(folder, 0o555);
    expectRefused(await openedWithoutRights(folder), folder);
  });

  it('if the log cannot even be read', async () => {
    const folder = readable();
    await openSqliteLog({ dataDir: folder }).close();
    chmodSync(join(folder, 'queue.db'), 0o000);
    expectRefused(await openedWithoutRights(folder), folder);
  });

  it('if it is a file, or lies below one', () => {
    const file = join(newFolder(), 'file');
    writeFileSync(file, '');
    expect(() => openSqliteLog({ dataDir: file })).toThrow(DataFolderUnusable);
    expect(() => openSqliteLog({ dataDir: join(file, 'data') })).toThrow(DataFolderUnusable);
  });

  it('if a folder stands in the place of the log', () => {
    const folder = newFolder();
    mkdirSync(join(folder, 'queue.db'));
    expect(() => openSqliteLog({ dataDir: folder })).toThrow(DataFolderUnusable);
  });
});

describe('a data folder that is created', () => {
  it('is for its user only, and so is what is in it', async () => {
    const folder = join(newFolder(), 'a', 'b');
    const log = openSqliteLog({ dataDir: folder });
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const file of ['queue.db', 'queue.db-wal', 'queue.pid']) {
      expect([file, statSync(join(folder, file)).mode & 0o777]).toEqual([file, 0o600]);
    }
    await log.close();
  });

  it('may have a name that SQLite would take for something else', async () => {
    const parent = newFolder();
    for (const name of [' spaces ', 'file:x?mode=memory', ':memory:', 'ü😀', '#%']) {
      const folder = join(parent, name);
      await openSqliteLog({ dataDir: folder }).close();
      expect(existsSync(join(folder, 'queue.db'))).toBe(true);
    }
  });
});
