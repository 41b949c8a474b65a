import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Composition } from '../../../src/compose';
import { masterKeys } from '../../../src/compose';
import { CliOnServers } from '../../support/cliOnServers';
import { jsonLines } from '../../support/cliProcess';
import { describeOnServers, SERVER_START_MS } from '../../support/servers';
import type { Audited, Line } from './audited';
import { AUDITED, befall, REPLAYED, refusalIsRecorded } from './audited';

/** The commands of the audit in processes of their own, on Cassandra and Redis, beside a node at work. */
describeOnServers('audit of a queue on servers', () => {
  const cli = new CliOnServers();
  let folder: string;
  let node: Composition;
  let audited: Audited;

  beforeAll(async () => {
    await cli.start();
    folder = mkdtempSync(join(tmpdir(), 'audit-servers-'));
    const keys = [{ id: 'k1', key: randomBytes(32).toString('base64') }] as const;
    writeFileSync(join(folder, 'keys.json'), JSON.stringify(keys));
    node = await cli.node({ keys: masterKeys([...keys]) });
    audited = await befall(node);
    await refusalIsRecorded(node);
    await node.queue.rewind(AUDITED, 3);
  }, SERVER_START_MS);

  afterEach(() => cli.processes.stop());
  afterAll(async () => {
    await node.close();
    await cli.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const ended = (line: string, more: Record<string, string> = {}) =>
    cli.ended(`audit ${line} --owner acme --service mailer`, more);
  const lines = jsonLines<Line>;

  it('replays by task and in version order: the same rows', async () => {
    const byTask = await ended('replay --json');
    expect(byTask).toMatchObject({ code: 0, err: '' });
    expect(lines(byTask.out).map(({ task, type }) => [task, type])).toEqual(REPLAYED);
    const byVersion = lines((await ended('replay --json --order version')).out);
    const order = byVersion.map(({ epoch, version }) => epoch * 1e6 + version);
    expect(order).toEqual([...order].sort((a, b) => a - b));
    const text = (all: object[]) => all.map((each) => JSON.stringify(each)).sort();
    expect(text(byVersion)).toEqual(text(lines(byTask.out)));
  }, 60_000);

  it('tells the story, the state and what another time to recover would have done', async () => {
    const story = await ended('explain --task 1');
    expect(story).toMatchObject({ code: 0, err: '' });
    expect(story.out).toMatch(/An ack by "slow" under lease \S+ was refused: the task was acked/);
    expect(story.out).toMatch(/\nIt is done, delivered twice\.\n$/);
    const state = await ended(`state --json --at ${audited.beforeAcks}`);
    expect(JSON.parse(state.out)).toMatchObject({ tasks: 4, waiting: 3, leased: 1, acked: 0 });
    const other = await ended('what-if --json --time-to-recover 1h');
    expect(JSON.parse(other.out)).toMatchObject({
      recorded: { redeliveries: 1, duplicates: 1 },
      whatIf: { redeliveries: 0, duplicates: 0 },
    });
  }, 60_000);

  it('reveals with the master keys only, and records it', async () => {
    const closed = await ended('replay --json --reveal');
    expect(closed).toMatchObject({ code: 2, out: '' });
    expect(closed.err).toContain('KEYS_MASTER_FILE');
    const more = { KEYS_MASTER_FILE: join(folder, 'keys.json') };
    const opened = await ended('replay --json --reveal --task 2', more);
    expect(opened.code).toBe(0);
    expect(lines(opened.out)[0]?.revealed).toEqual({ value: { to: 'bob' } });
    const recorded = lines((await ended('replay --json --type Revealed')).out);
    expect(recorded).toHaveLength(1);
    expect(recorded[0]?.query).toBe('{"task":2,"order":"task"}');
  }, 60_000);

  it('names a damaged row and goes on; a queue that is none ends with 2', async () => {
    const [row] = await cli.cql(
      `SELECT epoch, version, event_id FROM ${cli.keyspace}.queue_events WHERE owner = 'acme'
       AND service = 'mailer' AND segment = 1 AND task_index = 4`,
    );
    const {
      epoch,
      version,
      event_id: id,
    } = row as Record<'epoch' | 'version' | 'event_id', { toString(): string }>;
    const key = `task_index = 4 AND epoch = ${epoch.toString()} AND version = ${version.toString()} AND event_id = ${id.toString()}`;
    await cli.cql(
      `UPDATE ${cli.keyspace}.queue_events SET body = 'x' WHERE owner = 'acme' AND service = 'mailer'
       AND segment = 1 AND ${key}`,
    );
    const damaged = await ended('replay --json');
    expect(damaged.code).toBe(1);
    expect(lines(damaged.out).filter(({ type }) => type === 'Added')).toHaveLength(3);
    const name = `Damaged: row ${epoch.toString()}.${version.toString()} of task 4 (event ${id.toString()})`;
    expect(damaged.err).toContain(name);

    const unknown = await cli.ended('audit state --at 0 --owner acme --service nobody');
    expect(unknown.code).toBe(2);
    expect(unknown.err).toMatch(/^No such queue: "acme" "nobody"/);
  }, 60_000);

  it('all of them answer while Redis is down, and so do queues and retention', async () => {
    await cli.redis.kill();
    const codes: Record<string, unknown> = {};
    for (const line of [
      'replay --type Added --task 2',
      'explain --task 2',
      'state --at 2100-01-01',
      'what-if --time-to-recover 1h',
      'verify',
    ]) {
      const { code, out } = await ended(line);
      codes[line.split(' ')[0] ?? ''] = code;
      expect(out).not.toBe('');
    }
    // The row that was damaged above is met by those that read all; nothing is sealed.
    expect(codes).toEqual({ replay: 0, explain: 0, state: 1, 'what-if': 1, verify: 2 });
    expect((await ended('explain --task 2')).out).toMatch(/It waits and was never delivered\.\n$/);
    expect((await cli.ended('queues')).out).toBe('"acme" "mailer"\n');
    const dropped = await cli.ended('retention --keep 1 --dry-run');
    expect(dropped).toEqual({ code: 0, out: '', err: '0 segment(s) would be dropped.\n' });
    await cli.redis.restart();
  }, 60_000);
});
