import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openSqliteLog } from '../../../src/log/sqlite';
import { append } from '../../contract/log/arrange';
import { CliProcesses, jsonLines } from '../../support/cliProcess';
import { added, queueOf, rowOf, rowsOf } from '../../support/rows';
import type { Audited, Line } from './audited';
import { auditedFolder, REPLAYED } from './audited';

/** The commands of the audit in processes of their own, on the folder of a stopped embedded queue. */
describe('audit of an embedded queue', () => {
  const processes = new CliProcesses();
  let dataDir: string;
  let audited: Audited;

  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'audit-embedded-'));
    audited = await auditedFolder(dataDir);
  });
  afterEach(async () => {
    await processes.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const ended = (line: string, env: Record<string, string> = {}) =>
    processes.ended(`audit ${line} --embedded --owner acme --service mailer`.split(' '), {
      DATA_DIR: dataDir,
      ...env,
    });
  const lines = jsonLines<Line>;
  const change = (sql: string, ...parameters: unknown[]) => {
    const db = new Database(join(dataDir, 'queue.db'));
    expect(db.prepare(sql).run(...parameters).changes).toBe(1);
    db.close();
  };

  test('replay by task: the queue as a whole, then each task; payloads stay closed', async () => {
    const { code, out, err } = await ended('replay --json');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const found = lines(out);
    expect(found.map(({ task, type }) => [task, type])).toEqual(REPLAYED);
    expect(out).not.toContain('ann');
    expect(found[3]).toMatchObject({ workerId: 'slow', leaseId: audited.lost, epoch: 1 });
  });

  test('replay in version order is sorted and leaves no file behind', async () => {
    const tmp = mkdtempSync(join(dataDir, 'tmp-'));
    const { code, out } = await ended('replay --json --order version', {
      TMPDIR: tmp,
      SQLITE_TMPDIR: tmp,
    });
    expect(code).toBe(0);
    const order = lines(out).map(({ epoch, version }) => epoch * 1e6 + version);
    expect(order).toEqual([...order].sort((a, b) => a - b));
    const byTask = lines((await ended('replay --json')).out);
    const key = (line: Line) => JSON.stringify(line);
    expect(lines(out).map(key).sort()).toEqual(byTask.map(key).sort());
    expect(readdirSync(tmp)).toEqual([]);
  });

  test('replay is filtered by task, worker, type, time and limit; nothing found says so', async () => {
    const count = async (line: string) => lines((await ended(`replay --json ${line}`)).out).length;
    expect(await count('--task 1')).toBe(6);
    expect(await count('--worker slow')).toBe(2);
    expect(await count('--type Added')).toBe(4);
    expect(await count('--type Added --limit 3')).toBe(3);
    expect(await count(`--type Acked --from ${audited.beforeAcks}`)).toBe(1);
    const none = await ended('replay --json --to 2020-01-01T00:00:00Z');
    expect(none).toEqual({ code: 0, out: '', err: 'No such events.\n' });
    const past = await ended(`replay --json --type Acked --to ${audited.beforeAcks}`);
    expect(past.out).toBe('');
  });

  test('replay as a table and as CSV', async () => {
    const table = await ended('replay --task 1');
    expect(table.out).toMatch(/^TIME +ORDER +TASK +TYPE +WHAT\n/);
    expect(table.out).toMatch(/ 1 {2}Acked {6}1\.1\.\d+ by "quick"\n/);
    const csv = await ended('replay --format csv --task 1 --type Refused');
    const [head, line] = csv.out.split('\r\n');
    expect(head).toMatch(/^at,epoch,version,task,type,leaseId,workerId,/);
    expect(line).toMatch(/^20\d\d-[^,]+,1,\d+,1,Refused,1\.1\.\d+,slow,.*,TaskAcked,/);
  });

  test('--reveal opens payloads, and records who asked for what', async () => {
    const { code, out, err } = await ended('replay --json --task 1 --reveal');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const found = lines(out);
    expect(found.find(({ type }) => type === 'Added')?.revealed).toEqual({ value: { to: 'ann' } });
    expect(found.find(({ type }) => type === 'Acked')?.revealed).toEqual({ result: 'sent' });

    const recorded = lines((await ended('replay --json --type Revealed')).out);
    expect(recorded).toHaveLength(1);
    expect(recorded[0]).toMatchObject({ task: null, query: '{"task":1,"order":"task"}' });
    expect(recorded[0]?.by).toContain('@');
  });

  test('a damaged row or payload is named with its key, the rest goes on, it ends with 1', async () => {
    change(`UPDATE events SET body = 'x' WHERE task_index = 2`);
    const rows = await ended('replay --json');
    expect(rows.code).toBe(1);
    expect(lines(rows.out)).toHaveLength(9);
    expect(rows.err).toMatch(
      /^Damaged: row 1\.\d+ of task 2 \(event [\w-]+\): not JSON: x\n1 dama/,
    );
    expect((await ended('explain --task 2')).code).toBe(1);
    expect((await ended('replay --json --task 3')).code).toBe(0);

    change('UPDATE events SET payload = ? WHERE task_index = 3', Buffer.from('y'));
    const opened = await ended('replay --json --type Added --reveal --order version');
    expect(opened.code).toBe(1);
    expect(lines(opened.out)).toHaveLength(3);
    expect(opened.err).toMatch(/Damaged: row 1\.\d+ of task 3 .*: payload: /);
    expect(opened.err).toMatch(/2 damaged in all/);
  });

  test('explain tells the story of a task', async () => {
    const { code, out } = await ended('explain --task 1');
    expect(code).toBe(0);
    const told = out.replaceAll(/20\d\d-\S+Z/g, 'T').replaceAll(/\b1\.1\.\d+/g, 'L');
    expect(told.replaceAll(/\[1\.\d+\]/g, '[R]')).toBe(
      [
        'T  Task 1 was added. [R]',
        'T  It was delivered to "slow" under lease L, until T. [R]',
        'T  Lease L of "slow" ran out at T without an ack, and the task was taken back. [R]',
        'T  It was delivered again (delivery 2) to "quick" under lease L, until T, because lease L of "slow" ran out. [R]',
        'T  Worker "quick" acked it under lease L. [R]',
        'T  An ack by "slow" under lease L was refused: the task was acked already. [R]',
        'It is done, delivered twice.',
        '',
      ].join('\n'),
    );
    const json = JSON.parse((await ended('explain --task 1 --json')).out) as object;
    expect(json).toMatchObject({ task: 1, status: 'acked', deliveries: 2 });
    const never = await ended('explain --task 99');
    expect(never.out).toBe('The log does not say that task 99 was ever added.\n');
  });

  test('state: the queue as it was before the acks, and as it is', async () => {
    const then = await ended(`state --json --at ${audited.beforeAcks}`);
    expect(JSON.parse(then.out)).toMatchObject({
      ...{ tasks: 4, waiting: 3, leased: 1, acked: 0 },
      leases: [{ index: 1, workerId: 'quick' }],
    });
    const now = await ended('state --at 2100-01-01');
    expect(now.out).toMatch(/^tasks {5}4\nwaiting {3}3\nreturned {2}0\nacked {5}1\nleased {4}0\n/);
  });

  test('what-if: recorded and reckoned side by side', async () => {
    const { out } = await ended('what-if --json --time-to-recover 1h');
    expect(JSON.parse(out)).toMatchObject({
      recorded: { tasks: 4, deliveries: 2, redeliveries: 1, duplicates: 1 },
      whatIf: { tasks: 4, deliveries: 1, redeliveries: 0, duplicates: 0 },
    });
    expect((await ended('what-if --time-to-recover 30s')).out).toMatch(/recorded +at 30000 ms\n/);
  });

  test('no such queue: 2; a time that is none: 2', async () => {
    const unknown = processes.run(
      ['audit', 'replay', '--embedded', '--owner', 'acme', '--service', 'nobody'],
      { DATA_DIR: dataDir },
    );
    expect(await unknown.end()).toBe(2);
    expect(unknown.err()).toMatch(/^No such queue: "acme" "nobody"/);
    expect((await ended('state --at yesterday')).code).toBe(2);
    expect((await ended('state --at 2026-01-31T12:00:00')).err).toContain('with its zone');
  });

  test('much is printed whole, however late it is read', async () => {
    const log = openSqliteLog({ dataDir });
    const queue = queueOf('acme', 'much');
    await log.createQueue(queue, { segmentSize: 8192, raisedBy: 'test' });
    const again = Array.from({ length: 3000 }, (_, i) => rowOf(1, { version: 9000 + i }, added));
    await append(log, queue, [...rowsOf(1, 8000), ...again]);
    await log.close();
    const counted = async (command: string): Promise<number> => {
      const running = processes.run(
        `audit ${command} --embedded --owner acme --service much`.split(' '),
        { DATA_DIR: dataDir },
      );
      running.child.stdout?.pause();
      await new Promise((resolve) => setTimeout(resolve, 3000));
      expect(running.child.exitCode).toBeNull();
      running.child.stdout?.resume();
      expect(await running.end()).toBe(0);
      return running.out().trim().split('\n').length;
    };
    expect(await counted('replay --json')).toBe(11_000);
    expect(await counted('replay --json --order version')).toBe(11_000);
    expect(await counted('explain --task 1')).toBe(3002);
  }, 120_000);

  test('what is printed can be cut off by who reads it', () => {
    const line = `"${process.execPath}" -r ./test/support/swcRegister.cjs src/cli/main.ts audit replay --json --embedded --owner acme --service mailer | head -n 1`;
    const env = { ...process.env, DATA_DIR: dataDir };
    const { stdout, stderr } = spawnSync('sh', ['-c', line], { env, encoding: 'utf8' });
    expect({ lines: stdout.split('\n').length, stderr }).toEqual({ lines: 2, stderr: '' });
  });
});
