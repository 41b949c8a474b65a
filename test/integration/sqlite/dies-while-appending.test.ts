import type { EventRow } from '../../../src/domain';
import { openSqliteLog } from '../../../src/log/sqlite';
import { queueOf, rowsOf } from '../../support/rows';
import { startChild } from './child';
import { tempFolders } from './tempFolder';

const newFolder = tempFolders();
const QUEUES = ['one at a time', 'two at a time', 'three at a time'];
const everything = [{ from: 1, to: 1_000_000 }];

/** The last index that the process said was confirmed, by queue. */
function confirmedIn(lines: readonly string[]): Map<string, number> {
  const confirmed = new Map<string, number>();
  for (const line of lines) {
    const [, service, last] = /^(.*) (\d+)$/.exec(line) ?? [];
    if (service !== undefined) confirmed.set(service, Number(last));
  }
  return confirmed;
}

async function rowsIn(dataDir: string): Promise<Map<string, readonly EventRow[]>> {
  const log = openSqliteLog({ dataDir });
  const rows = new Map<string, readonly EventRow[]>();
  for (const service of QUEUES) {
    rows.set(service, await log.read(queueOf('owner', service), everything));
  }
  await log.close();
  return rows;
}

it('loses no confirmed row, however often it dies', async () => {
  const dataDir = newFolder();
  for (const linesBefore of [3, 60, 300]) {
    const child = startChild('append.process.ts', [dataDir, ...QUEUES]);
    const lines: string[] = [];
    while (lines.length < linesBefore) lines.push(await child.line());
    lines.push(...(await child.kill()));
    const confirmed = confirmedIn(lines);
    for (const [service, rows] of await rowsIn(dataDir)) {
      const last = confirmed.get(service) ?? 0;
      expect(rows.length).toBeGreaterThanOrEqual(last);
      // What was not confirmed is there as whole batches or not at all, and nothing is damaged.
      expect(rows.length % (QUEUES.indexOf(service) + 1)).toBe(0);
      expect(rows).toEqual(rowsOf(1, rows.length));
    }
  }
});

it('a full disk ends in typed errors, and all that was confirmed is there', async () => {
  const dataDir = newFolder();
  // The shell counts in blocks of 512 bytes or 1 KiB.
  const child = startChild('append.process.ts', [dataDir, ...QUEUES], '-f 1000');
  const lines = await child.end();
  const failed = lines.find((line) => line.startsWith('failed'));
  // Which of the two depends on whether the disk is full at a row or at the commit.
  expect(failed).toMatch(/^failed (LogUnavailable|OutcomeUnknown) true$/);
  expect(lines.at(-1)).toBe('reads 3 queues');
  const confirmed = confirmedIn(lines);
  for (const [service, rows] of await rowsIn(dataDir)) {
    expect(confirmed.get(service)).toBeGreaterThan(0);
    expect(rows.length).toBeGreaterThanOrEqual(confirmed.get(service) ?? 0);
    expect(rows).toEqual(rowsOf(1, rows.length));
  }
});
