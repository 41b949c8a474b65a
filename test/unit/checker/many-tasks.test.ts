import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const LONG = process.env['LONG'] === '1';
const TASKS = LONG ? 1_000_000 : 100_000;
/** Beside the compiler that the process starts with, some 80 bytes for each task: it keeps no lines. */
const HEAP_MB = LONG ? 100 : 32;

test(`${String(TASKS)} tasks are judged with a heap of ${String(HEAP_MB)} MB`, () => {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [
      `--max-old-space-size=${String(HEAP_MB)}`,
      ...['-r', './test/support/swcRegister.cjs', 'test/unit/checker/manyTasks.process.ts'],
      String(TASKS),
    ],
    { cwd: join(__dirname, '../../..'), encoding: 'utf8' },
  );
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toMatchObject({ findings: [], totals: { adds: TASKS, acks: TASKS } });
}, 120_000);
