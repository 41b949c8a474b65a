import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Log } from '../../../src/domain';
import { openSqliteLog } from '../../../src/log/sqlite';
import { logContract } from './logContract';

logContract('SQLite', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'sqlite-log-'));
  let log: Log | undefined;
  const open = async (): Promise<Log> => {
    await log?.close();
    log = openSqliteLog({ dataDir });
    return log;
  };
  return {
    open,
    reopen: open,
    async dispose() {
      await log?.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
});
