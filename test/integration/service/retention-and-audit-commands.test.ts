import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { composeEmbedded } from '../../../src/compose';
import type { WorkerId } from '../../../src/domain';
import { CliProcesses } from '../../support/cliProcess';
import { queueOf } from '../../support/rows';

/** retention and audit verify as an operator runs them, on a data folder. */

const QUEUE = queueOf('acme', 'service');
const workerId = 'w1' as WorkerId;
const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const processes = new CliProcesses();
let folder: string;
let dataDir: string;
let publicFile: string;
const NAMED = ['--owner', 'acme', '--service', 'service'];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'audit-'));
  dataDir = join(folder, 'data');
  publicFile = join(folder, 'public.pem');
  writeFileSync(publicFile, publicKey.export({ type: 'spki', format: 'pem' }));
  const node = await composeEmbedded({
    dataDir,
    keys: 'keyring',
    limits: { segmentSize: 2 },
    seals: { key: pem, afterHours: 0 },
  });
  for (let i = 0; i < 7; i++) await node.queue.add(QUEUE, { value: i });
  for (let i = 0; i < 6; i++) {
    await node.queue.fetch(QUEUE, { workerId, timeToRecoverMs: 60_000, recoverBy: 'lease' });
    await node.queue.ack(QUEUE, { workerId, completed: async () => undefined });
  }
  await node.jobs.closeSegments();
  await node.jobs.seal();
  await node.close();
  rmSync(join(dataDir, 'keyring.json')); // the keys of the owners are destroyed
});
afterAll(async () => {
  await processes.stop();
  rmSync(folder, { recursive: true, force: true });
});

function edit(sql: string): void {
  const db = new Database(join(dataDir, 'queue.db'));
  db.exec(sql);
  db.close();
}

async function run(args: readonly string[], env: Record<string, string> = {}) {
  const command = processes.run([...args, '--embedded'], { DATA_DIR: dataDir, ...env });
  const code = await command.end();
  return { code, out: command.out(), err: command.err() };
}
const verify = (...more: string[]) =>
  run(['audit', 'verify', ...NAMED, '--public-key', publicFile, ...more]);

test('what was not changed is verified, without any key of an owner', async () => {
  const { code, out, err } = await verify();
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(/^seals {5}3, the newest [0-9a-f]{64}\nverified {2}1-3 \(/);
});

test('the key that seals serves as well, from its setting', async () => {
  const file = join(folder, 'secret.pem');
  writeFileSync(file, pem);
  const { code, out } = await run(['audit', 'verify', ...NAMED, '--json'], {
    SEALS_KEY_FILE: file,
  });
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ ownerId: 'acme', verified: [1, 2, 3], findings: [] });
});

test('what cannot be told ends with 2: no key, no queue, no log, a file that is no key', async () => {
  expect(await run(['audit', 'verify', ...NAMED])).toMatchObject({
    code: 2,
    err: expect.stringMatching(/^No public key [0-9a-f]{64} was given/) as string,
  });
  const other = ['--owner', 'acme', '--service', 'none', '--public-key', publicFile];
  expect(await run(['audit', 'verify', ...other])).toMatchObject({
    code: 2,
    err: 'Nothing of this queue is sealed.\n',
  });
  const noLog = await run(['audit', 'verify', ...NAMED], { DATA_DIR: folder });
  expect(noLog).toMatchObject({ code: 2, out: '' });
  const noKey = await run(['audit', 'verify', ...NAMED, '--public-key', __filename]);
  expect(noKey).toMatchObject({ code: 2, out: '' });
  expect(noKey.err).toContain('public Ed25519 key');
});

test('a row that was changed ends with 1 and is named', async () => {
  edit(`UPDATE events SET body = body || ' ' WHERE task_index = 3 AND type = 'Acked'`);
  const { code, out, err } = await verify();
  expect({ code, err }).toEqual({ code: 1, err: '1 difference(s) to what was sealed.\n' });
  expect(out).toMatch(/\nCHANGED {3}task 3, epoch 1, version \d+ \(segment 2, seal 2\)\n/);
  // It is known to be changed, whether or not the signatures can be checked.
  expect(await run(['audit', 'verify', ...NAMED])).toMatchObject({ code: 1 });
  edit(`UPDATE events SET body = rtrim(body) WHERE task_index = 3`);
  expect(await verify()).toMatchObject({ code: 0 });
});

test('a row that cannot be decoded, and one with a key of its own, are named like any other', async () => {
  edit(`UPDATE events SET body = 'x' || body WHERE task_index = 1 AND type = 'Added'`);
  edit(
    `INSERT INTO events SELECT queue_id, task_index, -5, version, event_id, type, at, body, key_id,
     payload FROM events WHERE task_index = 5 AND type = 'Acked'`,
  );
  const { code, out } = await verify('--json');
  expect(code).toBe(1);
  expect((JSON.parse(out) as { findings: unknown }).findings).toMatchObject([
    { type: 'changed', segment: 1, row: { index: 1, epoch: 1 } },
    { type: 'added', segment: 3, row: { index: 5, epoch: -5 } },
  ]);
  edit(`UPDATE events SET body = substr(body, 2) WHERE task_index = 1 AND type = 'Added'`);
  edit('DELETE FROM events WHERE epoch = -5');
  expect(await verify()).toMatchObject({ code: 0 });
});

test('a seal that was removed is named', async () => {
  edit('UPDATE seals SET number = -2 WHERE number = 2');
  expect((await verify()).out).toContain('MISSING   seal 2: there are later ones');
  edit('UPDATE seals SET number = 2 WHERE number = -2');
});

describe('retention', () => {
  const DAY_MS = 86_400_000;
  beforeAll(() =>
    edit(`UPDATE segments SET closed_at = ${String(Date.now() - 40 * DAY_MS)} WHERE segment = 1`),
  );

  test('drops nothing in a dry run, and says what it would', async () => {
    const { code, out, err } = await run(['retention', '--keep', '30', '--dry-run', ...NAMED]);
    expect({ code, err }).toEqual({ code: 0, err: '1 segment(s) would be dropped.\n' });
    expect(out).toMatch(/^"acme" "service" tasks 1 to 2, closed \d{4}-\d\d-\d\dT/);
    const dry = await run(['retention', '--keep', '30', '--dry-run', '--json']);
    expect(JSON.parse(dry.out)).toMatchObject({ dryRun: true, queues: [{ ownerId: 'acme' }] });
  });

  test('drops what is old in all queues, and the seals verify still', async () => {
    const { code, err } = await run(['retention', '--keep', '30']);
    expect({ code, err }).toEqual({ code: 0, err: '1 segment(s) were dropped.\n' });
    expect(await run(['retention', '--keep', '30'])).toMatchObject({
      err: '0 segment(s) were dropped.\n',
    });
    const { code: verified, out } = await verify();
    expect(verified).toBe(0);
    expect(out).toMatch(/verified {2}2-3 .*\ndropped {3}1 \(by retention/);
  });

  test('an owner without a service is refused, and so is a number of days that is none', async () => {
    const half = await run(['retention', '--keep', '30', '--owner', 'acme']);
    expect(half).toMatchObject({ code: 2, out: '' });
    expect(half.err).toContain('Give --owner and --service');
    expect(await run(['retention', '--keep', '0'])).toMatchObject({ code: 2 });
    expect(await run(['retention'])).toMatchObject({ code: 2 });
  });
});
