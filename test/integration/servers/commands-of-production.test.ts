import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { ServiceBroker } from 'moleculer';
import { hashToken } from '../../../src';
import { RedisTransporter } from '../../../src/cli/redisTransporter';
import { CliOnServers } from '../../support/cliOnServers';
import { freePort } from '../../support/freePort';
import type { RedisServer } from '../../support/redisServer';
import { startRedis } from '../../support/redisServer';
import { until } from '../../support/until';
import { describeOnServers, SERVER_START_MS } from '../../support/servers';

/** migrate, serve, info and queues as an operator runs them, on real servers. */
describeOnServers('the commands of production mode', () => {
  const cli = new CliOnServers();
  const { keyspace } = cli;
  let folder: string;
  let client: ServiceBroker;

  beforeAll(async () => {
    await cli.start();
    const { url } = cli.redis;
    folder = mkdtempSync(join(tmpdir(), 'production-'));
    const tokens = [
      { sha256: hashToken('worker'), ownerId: 'acme' },
      { sha256: hashToken('operator'), ownerId: 'acme', operator: true },
    ];
    writeFileSync(join(folder, 'tokens.json'), JSON.stringify(tokens));
    Object.assign(cli.env, {
      MOLECULER_TRANSPORTER: url,
      MOLECULER_NAMESPACE: keyspace,
      GATEWAY_TOKENS_FILE: join(folder, 'tokens.json'),
      PORT: '0',
    });
    const key = randomBytes(32).toString('base64');
    client = new ServiceBroker({
      logger: false,
      nodeID: 'client',
      namespace: keyspace,
      transporter: new RedisTransporter(url),
    });
    client.createService({ name: 'keys', actions: { getOek: () => ({ id: 'k1', key }) } });
    await client.start();
  }, SERVER_START_MS);

  afterEach(() => cli.processes.stop());
  afterAll(async () => {
    await client.stop();
    await cli.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const run = cli.run.bind(cli);
  const ended = cli.ended.bind(cli);
  const version = (to: number) =>
    cli.cql(`INSERT INTO ${keyspace}.queue_schema (name, version) VALUES ('log', ${String(to)})`);
  const copies = () => ({ CASSANDRA_REPLICATION: `${cli.server.localDataCenter}:1` });

  /** For a process without others: its own keys, port and Redis. */
  const aloneOn = async ({ url }: RedisServer) => {
    const keys = join(folder, 'master-keys.json');
    writeFileSync(keys, JSON.stringify([{ id: 'k1', key: randomBytes(32).toString('base64') }]));
    const PORT = String(await freePort());
    return { KEYS_MASTER_FILE: keys, MOLECULER_TRANSPORTER: '', REDIS_URL: url, PORT };
  };
  const add = (port: string) =>
    fetch(`http://127.0.0.1:${port}/api/queue/alone/add`, {
      method: 'POST',
      headers: { Authorization: 'Bearer worker', 'Content-Type': 'application/json' },
      body: JSON.stringify({ value: 1 }),
    });

  it('before migrate: serve says to run it, and migrate asks for the copies', async () => {
    expect(await ended('serve --json')).toEqual({
      code: 1,
      out: '',
      err: `Cassandra has no keyspace ${keyspace}. Run migrate to create it, or set the keyspace to the one of the log.\n`,
    });
    const { code, err } = await ended('migrate');
    expect(code).toBe(1);
    expect(err).toMatch(/^The keyspace is not there yet\. Set CASSANDRA_REPLICATION to .*\n$/);
  });

  it('migrate: a dry run changes nothing, a repeat has nothing to do', async () => {
    const dry = await ended('migrate --dry-run', copies());
    expect(dry).toMatchObject({
      code: 0,
      err: `Keyspace ${keyspace}: schema version 0 would become 2.\n`,
    });
    expect(dry.out).toContain(`CREATE KEYSPACE IF NOT EXISTS ${keyspace} WITH replication`);
    expect(dry.out.match(/CREATE TABLE/g)).toHaveLength(6);
    expect(
      await cli.cql(`SELECT * FROM system_schema.keyspaces WHERE keyspace_name = '${keyspace}'`),
    ).toEqual([]);

    expect(await ended('migrate', copies())).toEqual({
      code: 0,
      out: `Keyspace ${keyspace}: schema version 0 became 2.\n`,
      err: '',
    });
    const again = await ended('migrate --json');
    expect(again).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(again.out)).toEqual({
      keyspace,
      from: 2,
      to: 2,
      dryRun: false,
    });
  });

  it('migrate: a schema of a newer release is left alone', async () => {
    await version(99);
    const { code, out, err } = await ended('migrate');
    await version(2);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/has schema version 99, this release knows 2\. Start the release that/);
  });

  it('serve: over HTTP and Moleculer; info and queues beside it; SIGTERM ends it with 0', async () => {
    const serving = run('serve --json --moleculer-node-id queue-1');
    await serving.written(/\n/);
    const { url, nodeId } = JSON.parse(serving.out()) as { url: string; nodeId: string };
    expect(nodeId).toBe('queue-1');
    const post = async (path: string, body: object): Promise<unknown> => {
      const response = await fetch(`${url}/api/queue/mailer/${path}`, {
        method: 'POST',
        headers: { Authorization: 'Bearer worker', 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      });
      return response.json();
    };
    expect(await post('add', { value: { to: 'ann' } })).toBe(true);
    expect(await post('add', { value: { to: 'bob' } })).toBe(true);
    expect(await post('fetch', { workerId: 'w' })).toEqual({ to: 'ann' });
    await client.waitForServices('worker.queue', 10_000);
    const added = client.call(
      'worker.queue.add',
      { serviceId: 'printer', value: 1 },
      { meta: { ownerId: 'acme' } },
    );
    expect(await added).toBe(true);

    const info = await ended('info --owner acme --service mailer --json');
    expect(info).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(info.out)).toMatchObject({
      ownerId: 'acme',
      serviceId: 'mailer',
      INDEX: '2',
      FETCHED: '1',
      waiting: 1,
      leased: 1,
      unacknowledged: [{ workerId: 'w', index: 1 }],
    });
    const text = await ended('info --owner acme --service mailer');
    expect(text.out).toMatch(/^INDEX {4}2\nFETCHED {2}1\nwaiting {2}1\n/);
    expect(text.out).toMatch(/\ntask 1 is with "w" until 20\d\d-.*Z\n$/);

    const first = JSON.parse((await ended('queues --max 1 --json')).out) as Page;
    const second = JSON.parse(
      (await ended(`queues --max 1 --json --after ${first.next!}`)).out,
    ) as Page;
    const last = JSON.parse((await ended(`queues --json --after ${second.next!}`)).out) as Page;
    expect([...first.queues, ...second.queues].map(({ serviceId }) => serviceId).sort()).toEqual([
      'mailer',
      'printer',
    ]);
    expect(last).toEqual({ queues: [], next: null });

    serving.child.kill('SIGTERM');
    expect(await serving.end()).toBe(0);
    expect(serving.err()).toBe('');
    expect(serving.out().split('\n')).toHaveLength(2);
  }, 60_000);

  it('serve: alone, with master keys and no transporter; health tells that it is ready, or why not', async () => {
    const own = await startRedis();
    const alone = await aloneOn(own);
    const nothing = await ended('health', alone);
    expect(nothing).toMatchObject({ code: 1, out: '' });
    expect(nothing.err).toMatch(/^Nothing answers at http:.*ready \(ECONNREFUSED\)\. Set PORT/);

    const serving = run('serve --json', alone);
    await serving.written(/\n/);
    expect(await (await add(alone.PORT)).json()).toBe(true);
    expect(await ended('health', alone)).toEqual({ code: 0, out: 'ready\n', err: '' });

    await own.stop();
    await until(async () => (await ended('health', alone)).code === 1);
    const { out, err } = await ended('health --json', alone);
    expect(JSON.parse(out)).toMatchObject({ status: 'not ready', projection: { ok: false } });
    expect(err).toMatch(/^Not ready: /);
    serving.child.kill('SIGTERM');
    expect(await serving.end()).toBe(0);
  }, 60_000);

  it('serve: calls under way for too long after a stop are left, and it ends with 1', async () => {
    const own = await startRedis();
    const alone = await aloneOn(own);
    const serving = run('serve --json --stop-timeout-ms 300', alone);
    await serving.written(/\n/);
    process.kill(own.pid, 'SIGSTOP');
    const added = add(alone.PORT).catch(() => null);
    await wait(200);
    serving.child.kill('SIGTERM');
    expect(await serving.end()).toBe(1);
    expect(serving.err()).toMatch(/^Calls were under way for 300 ms after the stop/m);
    expect(await added).toBeNull();
    await own.stop();
  }, 60_000);

  it('serve: waits for servers with a word on stderr, and gives up with the setting to change', async () => {
    const nowhere = `redis://127.0.0.1:${String(await freePort())}`;
    const [cassandra, projection, transporter] = await Promise.all([
      ended('serve', {
        CASSANDRA_CONTACT_POINTS: nowhere.slice('redis://'.length),
        START_TIMEOUT_MS: '1000',
      }),
      ended('serve', { REDIS_URL: nowhere, START_TIMEOUT_MS: '3000' }),
      ended('serve', { MOLECULER_TRANSPORTER: nowhere, START_TIMEOUT_MS: '3000' }),
    ]);
    for (const { code, out, err } of [cassandra, projection, transporter]) {
      expect({ code, out }).toEqual({ code: 1, out: '' });
      expect(err).toMatch(/Waiting up to \d+ s more\.\n/);
    }
    expect(cassandra.err).toMatch(/set the contact points to nodes that run\.\n$/);
    expect(projection.err).toMatch(/Start it, or set REDIS_URL to where it is\.\n$/);
    expect(transporter.err).toMatch(/Start it, or set MOLECULER_TRANSPORTER to where it is\.\n$/);
  }, 60_000);

  it('serve: says which package a transporter lacks, and no password of its address', async () => {
    const { code, err } = await ended('serve', { MOLECULER_TRANSPORTER: 'mqtt://u:hidden@here' });
    expect(code).toBe(1);
    expect(err).toMatch(/^fatal broker: The 'mqtt' package is missing.*npm install mqtt.*\n$/);
    expect(err).not.toContain('hidden');
  });

  it('serve: a signal ends a start that waits', async () => {
    const waiting = run('serve', { REDIS_URL: `redis://127.0.0.1:${String(await freePort())}` });
    await waiting.written(/Waiting up to/, 'err');
    waiting.child.kill('SIGTERM');
    expect(await waiting.end()).toBe(0);
  }, 60_000);
});

interface Page {
  readonly queues: readonly { readonly serviceId: string }[];
  readonly next: string | null;
}
