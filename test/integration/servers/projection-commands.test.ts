import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { Composition } from '../../../src';
import type { QueueId, WorkerId } from '../../../src/domain';
import { keysOf } from '../../../src/projections/redis/keys';
import { CliOnServers } from '../../support/cliOnServers';
import { jsonLines } from '../../support/cliProcess';
import { freePort } from '../../support/freePort';
import type { QueueClient } from '../../support/load';
import { Load } from '../../support/load';
import { queueOf } from '../../support/rows';
import { describeOnServers, SERVER_START_MS } from '../../support/servers';
import { until } from '../../support/until';

const TTR_MS = 600_000;

/** projection rebuild and projection verify as an operator runs them, while nodes use the queues. */
describeOnServers('the commands on projections', () => {
  const cli = new CliOnServers();
  let aside: Redis;
  let node: Composition;

  beforeAll(async () => {
    await cli.start();
    aside = new Redis(cli.redis.url);
    const key = { id: 'k1', key: randomBytes(32).toString('base64') };
    node = await cli.node({ keys: async () => key });
  }, SERVER_START_MS);
  afterEach(() => cli.processes.stop());
  afterAll(async () => {
    await node.close();
    aside.disconnect();
    await cli.stop();
  });

  const ended = cli.ended.bind(cli);
  const json = jsonLines<Answer>;

  const clientOf = (queue: QueueId): QueueClient => ({
    add: (value) => node.queue.add(queue, { value, token: undefined }),
    fetch: async (worker) => {
      const workerId = worker as WorkerId;
      const request = { workerId, timeToRecoverMs: TTR_MS, recoverBy: 'lease' } as const;
      return node.queue.fetch(queue, request);
    },
    ack: (worker, leaseId) =>
      node.queue.ack(queue, {
        workerId: worker as WorkerId,
        leaseId: leaseId as never,
        completed: () => Promise.resolve(),
      }),
  });
  /** Five tasks: 1 acked, 2 with w2, the rest waiting. */
  const filled = async (ownerId: string, serviceId: string) => {
    const queue = queueOf(ownerId, serviceId);
    const client = clientOf(queue);
    for (let i = 1; i <= 5; i++) await client.add(i);
    const first = await client.fetch('w1');
    await client.fetch('w2');
    await client.ack('w1', String(first?.leaseId));
    return { queue, client, info: await node.queue.info(queue) };
  };
  const epochOf = async ({ ownerId, serviceId }: QueueId): Promise<number> => {
    const [row] = await cli.cql(
      `SELECT epoch FROM ${cli.keyspace}.queue_heads WHERE owner = '${ownerId}' AND service = '${serviceId}' LIMIT 1`,
    );
    return Number(row?.['epoch']);
  };
  /** The projection takes a waiting task for one that was handed out. */
  const spoil = async (queue: QueueId): Promise<void> => {
    const [meta] = keysOf(cli.prefix, queue).all;
    const fetched = Buffer.alloc(8);
    fetched.writeDoubleLE(3);
    const length = await aside.strlen(meta);
    expect(await aside.setrange(meta, 6 * 8, fetched)).toBe(length); // as fence.lua packs it
  };

  it('rebuild one queue: a newer epoch, and nothing else has changed', async () => {
    const { queue, client, info } = await filled('acme', 'one');
    const dry = await ended('projection rebuild --owner acme --service one --dry-run');
    expect(dry).toMatchObject({ code: 0, err: '' });
    expect(dry.out).toMatch(/^"acme" "one": would be rebuilt; 0 difference\(s\)\n/);
    expect(await epochOf(queue)).toBe(1);

    const rebuilt = await ended('projection rebuild --owner acme --service one --json');
    expect(rebuilt).toMatchObject({ code: 0, err: '' });
    expect(json(rebuilt.out)).toEqual([
      { ownerId: 'acme', serviceId: 'one', outcome: 'rebuilt', epoch: 2 },
      { summary: { queues: 1, rebuilt: 1, failed: 0, dryRun: false, isCut: false } },
    ]);
    const after = await node.queue.info(queue);
    expect(after).toMatchObject({ published: info.published, fetched: info.fetched });
    expect(after.leases).toEqual(info.leases);
    expect((await client.fetch('w2'))?.value).toBe(2);
    expect((await client.fetch('w3'))?.value).toBe(3);
  }, 60_000);

  it('verify: equal is 0, different is 1 and named, repaired is 0', async () => {
    const { queue, client } = await filled('acme', 'two');
    const line = 'projection verify --owner acme --service two';
    expect(await ended(line)).toEqual({
      code: 0,
      out: '"acme" "two": equal, 5 task(s) in open segments\n1 queue(s), all equal\n',
      err: '',
    });
    await spoil(queue);
    expect(await ended(line)).toEqual({
      code: 1,
      out:
        '"acme" "two": 1 difference(s) in 5 task(s)\n' +
        '  task 3: the log says waiting, the projection neither waiting nor leased\n',
      err: '1 of 1 queue(s) differ.\n',
    });
    const dry = await ended('projection rebuild --owner acme --service two --dry-run --json');
    expect(json(dry.out)[0]).toMatchObject({ outcome: 'different', differences: [{ from: 3 }] });

    const repaired = await ended(`${line} --repair --json`);
    expect(repaired).toMatchObject({ code: 0, err: '' });
    expect(json(repaired.out)).toMatchObject([
      { outcome: 'different', count: 1, isRepaired: true },
      { summary: { queues: 1, equal: 1, different: 0, repaired: 1 } },
    ]);
    expect((await client.fetch('w3'))?.value).toBe(3);
  }, 60_000);

  it('after FLUSHALL: verify says that nothing is there, rebuild all brings it back', async () => {
    const { queue, info } = await filled('gone', 'a');
    await filled('gone', 'b');
    await filled('other', 'c');
    await aside.flushall();
    const verified = await ended('projection verify --owner gone');
    expect(verified).toMatchObject({ code: 1, err: '2 of 2 queue(s) differ.\n' });
    expect(verified.out).toContain(
      '  state: the log says epoch 1, the projection nothing that can be used\n',
    );
    const rebuilt = await ended('projection rebuild --json');
    expect(rebuilt.code).toBe(0);
    const answers = json(rebuilt.out);
    expect(answers.map(({ serviceId }) => serviceId)).toEqual(
      expect.arrayContaining(['a', 'b', 'c']),
    );
    expect(answers.at(-1)?.summary).toMatchObject({ failed: 0, isCut: false });
    const { published, fetched, leases } = info;
    expect(await node.queue.info(queue)).toMatchObject({ published, fetched, leases });
    expect((await ended('projection verify --json')).code).toBe(0);
  }, 90_000);

  it('under load, two at once, again and again: nothing confirmed is lost, and verify finds them equal', async () => {
    const queue = queueOf('load', 'all');
    const client = clientOf(queue);
    const load = new Load();
    load.start([client, client], { w1: client, w2: client, w3: client });
    for (let i = 0; i < 2; i++) {
      await load.confirmed(20, 20);
      const line = 'projection rebuild --owner load --service all';
      const both = await Promise.all([ended(line), ended(line)]);
      expect(both.map(({ code, err }) => `${String(code)} ${err}`)).toEqual(['0 ', '0 ']);
      const verified = await ended('projection verify --owner load --service all --json');
      expect(verified).toMatchObject({ code: 0, err: '' });
    }
    await load.confirmed(20, 20);
    await load.stop();
    await load.drain(client);
    expect((await ended('projection verify --owner load')).code).toBe(0);
  }, 120_000);

  it.each([0, 300, 900, 1_250])(
    'kill -9 of a rebuild %d ms after its raise: the next one ends it',
    async (ms) => {
      const { queue, client, info } = await filled('killed', `after ${String(ms)}`);
      const args = [
        'projection',
        'rebuild',
        '--owner',
        queue.ownerId,
        '--service',
        queue.serviceId,
      ];
      const killed = cli.run(args);
      await until(async () => (await epochOf(queue)) === 2, 20_000);
      await wait(ms);
      killed.child.kill('SIGKILL');
      await killed.end();
      const again = cli.run(args);
      expect(await again.end()).toBe(0);
      expect(await epochOf(queue)).toBeGreaterThan(2);
      const after = await node.queue.info(queue);
      expect(after).toMatchObject({ published: info.published, fetched: info.fetched });
      expect(after.leases).toEqual(info.leases);
      expect((await client.fetch('w2'))?.value).toBe(2);
    },
    60_000,
  );

  describe('of many queues', () => {
    const names = Array.from({ length: 12 }, (_, i) => `q${String(i)}`);
    const line = 'projection rebuild --owner many --json';
    const rebuiltIn = (out: string): string[] =>
      json(out).flatMap(({ outcome, serviceId = '' }) =>
        outcome === 'rebuilt' ? [serviceId] : [],
      );
    /** Those of an epoch above the first, which another run may have left. */
    const epochs = () =>
      Promise.all(names.map(async (name) => [name, await epochOf(queueOf('many', name))] as const));
    const markIn = (text: string, pattern: RegExp): string =>
      [...text.matchAll(pattern)].at(-1)?.[1] ?? 'none';

    beforeAll(async () => {
      for (const name of names)
        await node.queue.add(queueOf('many', name), { value: 1, token: undefined });
    }, 60_000);

    it('SIGINT: those under way are finished, and it says where to go on', async () => {
      const stopped = cli.run(line);
      await stopped.written(/"rebuilt"/);
      stopped.child.kill('SIGINT');
      expect(await stopped.end()).toBe(1);
      const first = rebuiltIn(stopped.out());
      const raised = (await epochs()).filter(([, epoch]) => epoch > 1).map(([name]) => name);
      expect(raised.sort()).toEqual([...first].sort());
      expect(first.length).toBeLessThan(names.length);

      const goOn = /^It was stopped\. Not all queues were reached\. To go on: --after (\S+)\n$/g;
      const rest = await cli.ended(`${line} --after ${markIn(stopped.err(), goOn)}`);
      expect(rest.code).toBe(0);
      expect([...first, ...rebuiltIn(rest.out)].sort()).toEqual([...names].sort());
    }, 60_000);

    it('kill -9: the next one goes on behind the last that was said to be done', async () => {
      const before = new Map(await epochs());
      const killed = cli.run(line);
      await killed.written(/"after"[^]*"after"[^]*"after"/);
      killed.child.kill('SIGKILL');
      await killed.end();
      const mark = markIn(killed.out(), /^\{"after":"(\S+)"\}$/gm);
      const rest = await cli.ended(`${line} --after ${mark}`);
      expect(rest.code).toBe(0);
      const again = rebuiltIn(rest.out);
      expect(again.length).toBeLessThanOrEqual(names.length - 3);
      for (const [name, epoch] of await epochs()) expect(epoch).toBeGreaterThan(before.get(name)!);
      const verified = await cli.ended('projection verify --owner many');
      expect(verified).toMatchObject({
        code: 0,
        err: expect.stringContaining('--after') as string,
      });
    }, 60_000);

    it('a mark is for several queues: 2 with --service, and 2 if it is none', async () => {
      const mark = Buffer.from('["many","q1"]').toString('base64url');
      const named = await cli.ended(`${line} --service q1 --after ${mark}`);
      expect(named).toMatchObject({ code: 2, out: '' });
      expect(await cli.ended(`${line} --after rubbish`)).toMatchObject({ code: 2, out: '' });
    }, 60_000);
  });

  it('a row that cannot be read: named with its key, the queue is left as it is, the others go on', async () => {
    const { queue } = await filled('damaged', 'bad');
    await filled('damaged', 'good');
    const [row] = await cli.cql(
      `SELECT segment, task_index, epoch, version, event_id FROM ${cli.keyspace}.queue_events ` +
        `WHERE owner = 'damaged' AND service = 'bad' AND segment = 1 AND task_index = 4 LIMIT 1`,
    );
    await cli.cql(
      `UPDATE ${cli.keyspace}.queue_events SET body = 'rubbish' WHERE owner = 'damaged' AND service = 'bad' ` +
        `AND segment = 1 AND task_index = 4 AND epoch = ${String(row?.['epoch'])} ` +
        `AND version = ${String(row?.['version'])} AND event_id = ${String(row?.['event_id'])}`,
    );
    const named =
      /A row of the log cannot be read: owner damaged, service bad, index 4, epoch 1, version \d+: not JSON/;
    const verified = await ended('projection verify --owner damaged');
    expect(verified.code).toBe(1);
    expect(verified.out).toMatch(named);
    expect(verified.out).toContain('"damaged" "good": equal');
    expect(verified.err).toBe('0 of 2 queue(s) differ; 1 segment(s) cannot be read to the end.\n');

    const rebuilt = await ended('projection rebuild --owner damaged');
    expect(rebuilt).toMatchObject({ code: 1, err: '1 queue(s) not rebuilt.\n' });
    expect(rebuilt.out).toMatch(named);
    expect(rebuilt.out).toContain('"damaged" "good": rebuilt, epoch 2');
    expect(await epochOf(queue)).toBe(1);
    expect((await node.queue.info(queue)).published).toBe(5);
  }, 60_000);

  it('what does not exist, and what is not meant: 2', async () => {
    for (const command of ['rebuild', 'verify']) {
      const line = `projection ${command}`;
      const unknown = await ended(`${line} --owner acme --service nothing`);
      expect(unknown).toMatchObject({ code: 2, out: expect.not.stringContaining('nothing') });
      expect(unknown.err).toMatch(/^No such queue: "acme" "nothing"\. The command queues lists/);
      expect(await ended(`${line} --owner nobody`)).toMatchObject({ code: 2 });
      expect(await ended(`${line} --service one`)).toMatchObject({ code: 2 });
      const embedded = await ended(`${line} --embedded`);
      expect(embedded).toMatchObject({ code: 2, out: '' });
      expect(embedded.err).toMatch(/^The embedded queue keeps its projection in its process/);
    }
  }, 60_000);

  it('a Cassandra that is away: an error in the time that was set, 1 of rebuild and 2 of verify', async () => {
    const away = {
      CASSANDRA_CONTACT_POINTS: `127.0.0.1:${String(await freePort())}`,
      START_TIMEOUT_MS: '1000',
    };
    const [rebuilt, verified] = await Promise.all([
      ended('projection rebuild', away),
      ended('projection verify', away),
    ]);
    expect([rebuilt.code, verified.code]).toEqual([1, 2]);
    for (const { err } of [rebuilt, verified])
      expect(err).toMatch(/set the contact points to nodes that run\.\n$/);
  }, 60_000);
});

interface Answer {
  readonly serviceId?: string;
  readonly outcome?: string;
  readonly summary?: object;
}
