import { openSqliteLog } from '../../../src/log/sqlite';

/**
 * Tries to open a log without the rights of the administrator, whom no file mode stops, and says how
 * that ended. The first folder is opened before that, so that all code is loaded.
 */
async function main(): Promise<void> {
  const [, , own = '', dataDir = ''] = process.argv;
  await openSqliteLog({ dataDir: own }).close();
  if (process.getuid?.() === 0) {
    process.setgroups?.([]);
    process.setegid?.(65534);
    process.seteuid?.(65534);
  }
  try {
    await openSqliteLog({ dataDir }).close();
    console.log(JSON.stringify({ name: 'opened' }));
  } catch (error) {
    const { name, message } = error as Error;
    console.log(JSON.stringify({ name, message }));
  }
}

void main();
