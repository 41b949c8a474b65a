import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { judgeCassandra } from '../../../src/cli/doctor/cassandra';
import { judgeClocks } from '../../../src/cli/doctor/clocks';
import { dataFolderFindings } from '../../../src/cli/doctor/dataFolder';
import { rightsFindings } from '../../../src/cli/doctor/files';
import type { Finding } from '../../../src/cli/doctor/finding';
import { judgeRedis } from '../../../src/cli/doctor/redis';
import { reportText } from '../../../src/cli/doctor/report';
import { judgeTransporter } from '../../../src/cli/doctor/transporter';
import { versions } from '../../../src/cli/doctor/versions';
import type { CassandraFacts, CassandraNode, RedisFacts } from '../../../src/compose';

/** What doctor says of facts; that it finds them is shown on real servers. */

const HOME = { keyspace: 'flow', localDataCenter: 'dc1', acrossDataCenters: false };

const node = (address: string, more: Partial<CassandraNode> = {}): CassandraNode => ({
  ...{ address, datacenter: 'dc1', version: '5.0.6', isUp: true, unknown: null },
  ...{ commitlogSync: 'batch', commitlogSyncPeriod: null, nowMs: 0, askedAtMs: 0 },
  answeredAtMs: 0,
  ...more,
});
const NODES = ['a', 'b', 'c'].map((address) => node(address));

const facts = (
  copies: Record<string, string>,
  more: Partial<CassandraFacts> = {},
): CassandraFacts => ({
  nodes: NODES,
  schemaProblem: null,
  keyspace: {
    replication: { class: 'org.apache.cassandra.locator.NetworkTopologyStrategy', ...copies },
    durableWrites: true,
  },
  ...more,
});

const statusOf = (findings: readonly Finding[], check: string) =>
  findings.filter((finding) => finding.check === check).map(({ status }) => status);
const only = (findings: readonly Finding[], check: string): Finding =>
  findings.find((finding) => finding.check === check)!;

describe('Cassandra', () => {
  test('three copies on three nodes: all is well', () => {
    const findings = judgeCassandra(facts({ dc1: '3' }), HOME);
    expect(findings.map(({ status }) => status)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
  });

  test.each([
    ['none in the home datacenter', { dc2: '3' }, NODES, 'wrong'],
    ['a quorum that can never be there', { dc1: '3' }, NODES.slice(0, 1), 'wrong'],
    ['two: no node may be gone', { dc1: '2' }, NODES, 'warning'],
    ['more than nodes, with a quorum', { dc1: '5' }, NODES, 'warning'],
    ['nodes of another datacenter do not count', { dc1: '3' }, inOther(NODES), 'wrong'],
  ])('copies: %s', (_, copies, nodes, status) => {
    const findings = judgeCassandra(facts(copies, { nodes }), HOME);
    expect(statusOf(findings, 'cassandra.replication')).toEqual([status]);
  });

  test('copies of all datacenters count where quorums are of the whole cluster', () => {
    const nodes = [...NODES, node('d', { datacenter: 'dc2' })];
    const home = { ...HOME, acrossDataCenters: true };
    const findings = judgeCassandra(facts({ dc1: '3', dc2: '1' }, { nodes }), home);
    expect(only(findings, 'cassandra.replication')).toMatchObject({ status: 'ok' });
    expect(only(findings, 'cassandra.replication').found).toContain('4 copies on 4 node(s)');
  });

  test('durable writes that are off', () => {
    const keyspace = { ...facts({ dc1: '3' }).keyspace!, durableWrites: false };
    const findings = judgeCassandra(facts({ dc1: '3' }, { keyspace }), HOME);
    expect(only(findings, 'cassandra.durableWrites')).toMatchObject({
      status: 'wrong',
      toDo: 'Run: ALTER KEYSPACE flow WITH durable_writes = true;',
    });
  });

  const periodic = { commitlogSync: 'periodic', commitlogSyncPeriod: '10000ms' };

  test.each([
    [{ dc1: '3' }, 'ok', /one of a single node loses nothing/],
    [{ dc1: '2' }, 'warning', /all copies at once loses/],
    [{ dc1: '1' }, 'warning', /the node, or a kill of it, loses/],
  ])('commitlog: periodic with %j is told with what it may lose', (copies, status, found) => {
    const nodes = NODES.map(({ address }) => node(address, periodic));
    const finding = only(judgeCassandra(facts(copies, { nodes }), HOME), 'cassandra.commitlog');
    expect(finding).toMatchObject({ status, found: expect.stringMatching(found) });
  });

  test('commitlog: one node that is set otherwise, and one that does not tell', () => {
    const mute = node('c', { commitlogSync: null, unknown: 'no rights' });
    const nodes = [node('a'), node('b', periodic), mute];
    const findings = judgeCassandra(facts({ dc1: '2' }, { nodes }), HOME);
    expect(statusOf(findings, 'cassandra.commitlog')).toEqual(['ok', 'warning', 'warning']);
  });

  test.each([
    [[node('a'), node('b', { isUp: false })], /down: b/],
    [[node('a'), node('b', { version: '4.1.0' })], /5\.0\.6 and 4\.1\.0/],
    [[node('a', { version: '3.11.1' })], /3\.11\.1/],
  ])('nodes: %#', (nodes, found) => {
    const finding = only(judgeCassandra(facts({ dc1: '3' }, { nodes }), HOME), 'cassandra');
    expect(finding).toMatchObject({ status: 'warning', found: expect.stringMatching(found) });
  });
});

function inOther(nodes: readonly CassandraNode[]): CassandraNode[] {
  return nodes.map((each) => ({ ...each, datacenter: 'dc2' }));
}

describe('Redis', () => {
  const redis: RedisFacts = {
    ...{ address: 'here:6379', version: '7.2.0', problems: [], denied: [], failedSave: null },
    ...{ keeps: { appendOnly: false }, nowMs: 0, askedAtMs: 0, answeredAtMs: 0 },
  };

  test('all is well', () => {
    expect(judgeRedis(redis).map(({ status }) => status)).toEqual(['ok', 'ok', 'ok']);
  });

  test('commands that are denied are named', () => {
    const finding = only(judgeRedis({ ...redis, denied: ['GET', 'SET'] }), 'redis.rights');
    expect(finding).toMatchObject({ status: 'wrong', found: expect.stringContaining('GET, SET') });
  });

  test('a save that failed: writes may be refused', () => {
    const finding = only(judgeRedis({ ...redis, failedSave: 'RDB' }), 'redis.persistence');
    expect(finding).toMatchObject({ status: 'wrong', found: expect.stringContaining('MISCONF') });
  });
});

test.each([
  ['the same', 10_000, 'ok'],
  ['apart by less than the answer took', 12_400, 'ok'],
  ['behind', 5_000, 'warning'],
  ['ahead', 15_000, 'warning'],
])('a clock that is %s', (_, nowMs, status) => {
  const asked = { askedAtMs: 8_500, answeredAtMs: 11_500 };
  expect(statusOf(judgeClocks([{ name: 'Redis', nowMs, ...asked }]), 'clocks')).toEqual([status]);
});

test.each([
  [undefined, 'ok'],
  ['TCP', 'warning'],
  ['nats://nats:4222', 'warning'],
  ['nats://me:secret@nats:4222', 'ok'],
  ['nats://me:secret@a:1,nats://b:2', 'warning'],
  [{ type: 'NATS', options: { user: 'me', pass: 'secret' } }, 'ok'],
  [{ type: 'NATS', options: { servers: ['nats://a:1'] } }, 'warning'],
])('a transporter %j', (transporter, status) => {
  const finding = judgeTransporter(transporter);
  expect(finding.status).toBe(status);
  expect(JSON.stringify(finding)).not.toContain('secret');
});

test('a Node that is too old', () => {
  expect(versions('20.1.0')).toMatchObject({ status: 'wrong', toDo: expect.stringMatching(/22/) });
  expect(versions()).toMatchObject({ status: 'ok' });
});

describe('files', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'doctor-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test.each([
    [0o600, 'ok'],
    [0o640, 'warning'],
    [0o622, 'wrong'],
  ])('a file of mode %o', async (mode, status) => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    chmodSync(file, mode);
    expect(await rightsFindings('keys', file, '600')).toMatchObject([{ status }]);
  });

  test('a data folder that is well, and one that is open to others with a damaged keyring', async () => {
    const data = join(folder, 'data');
    mkdirSync(data, { mode: 0o700 });
    const well = await dataFolderFindings(data);
    expect(well.filter(({ status }) => status === 'wrong')).toEqual([]);
    chmodSync(data, 0o755);
    writeFileSync(join(data, 'keyring.json'), '{"version":', { mode: 0o600 });
    writeFileSync(join(data, 'demo-credentials.json'), '{}', { mode: 0o600 });
    const findings = await dataFolderFindings(data);
    expect(statusOf(findings, 'data.rights')).toEqual(['warning', 'ok']);
    expect(only(findings, 'keys')).toMatchObject({
      status: 'wrong',
      found: expect.stringMatching(/is damaged/),
      toDo: expect.stringMatching(/^Restore it from a backup/),
    });
  });

  test('a data folder that is not there yet', async () => {
    const findings = await dataFolderFindings(join(folder, 'a', 'b'));
    expect(only(findings, 'data').status).toBe('warning');
  });
});

test('the report: a line for each finding, what to do below it, colours by status', () => {
  const findings: Finding[] = [
    { check: 'a', status: 'ok', found: 'fine', toDo: null },
    { check: 'longer', status: 'wrong', found: 'broken', toDo: 'Mend it.' },
  ];
  expect(reportText(findings, (colour, text) => `<${colour}>${text}`)).toBe(
    '<green>ok       a       fine\n<red>wrong    longer  broken\n                 Mend it.\n',
  );
});
