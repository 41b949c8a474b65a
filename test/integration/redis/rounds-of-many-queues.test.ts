import type { Redis } from 'ioredis';
import type { Projection } from '../../../src/domain';
import { OutcomeUnknown, Overloaded, ProjectionUnavailable, stale } from '../../../src/domain';
import { keysOf } from '../../../src/projections/redis/keys';
import { redisProjection } from '../../../src/projections/redis/redisProjection';
import { Script } from '../../../src/projections/redis/script';
import type { OpenQueue } from '../../contract/projection/openQueue';
import * as op from '../../contract/projection/operations';
import { clientOf, fullQueue, PREFIX, projectionOn } from '../../support/redisQueue';
import type { RedisServer } from '../../support/redisServer';
import { startRedis } from '../../support/redisServer';
import { describeOnServers } from '../../support/servers';

describeOnServers('rounds of many queues at once', () => {
  let server: RedisServer;
  let aside: Redis;
  let projection: Projection;
  let queues: OpenQueue[];

  beforeEach(async () => {
    server = await startRedis();
    aside = await clientOf(server.url);
    projection = await projectionOn(server.url, 500);
    queues = [];
    for (let i = 0; i < 5; i++) queues.push(await fullQueue(projection, `queue ${String(i)}`));
  });
  afterEach(async () => {
    await projection.close();
    aside.disconnect();
    await server.stop();
  });

  const reserveAll = () => queues.map(({ id, epoch }) => projection.round(id, epoch, [op.reserve]));
  const calls = async (): Promise<number> =>
    Number(/cmdstat_evalsha:calls=(\d+)/.exec(await aside.info('commandstats'))?.[1]);

  it('share a call, and each queue has its own', async () => {
    await queues[3]?.ask(op.reserve);
    const before = await calls();
    const rounds = await Promise.all(reserveAll());
    expect(await calls()).toBe(before + 2); // the first went alone
    expect(rounds).toMatchObject(
      [11, 11, 11, 12, 11].map((index) => ({ type: 'round', replies: [{ index }] })),
    );
    expect(await queues[0]?.ask(op.reserve)).toMatchObject({ index: 12 });
    expect(await queues[3]?.ask(op.reserve)).toMatchObject({ index: 13 });
  });

  it('answer the others where one is stale, and leave that as it is', async () => {
    const lost = keysOf(PREFIX, queues[2]!.id).all;
    await aside.del(String(lost.at(-1)));
    const rounds = await Promise.all(reserveAll());
    expect(rounds[2]).toEqual(stale(null));
    for (const i of [0, 1, 3, 4]) expect(rounds[i]).toMatchObject({ replies: [{ index: 11 }] });
    expect(await aside.exists(...lost)).toBe(8);
  });

  it('see nothing of what another queue in the call did: leases, what was taken, what ran out', async () => {
    const [first, second, third] = queues as [OpenQueue, OpenQueue, OpenQueue];
    // 'w' holds 2.
    const both = [op.claim('new'), op.holding('new'), op.holding('w'), op.claim('w')] as const;
    const alone = first.round(op.reserve);
    const [a, b] = await Promise.all([second.round(...both), third.round(...both), alone]);
    for (const { replies } of [a, b]) {
      expect(replies).toMatchObject([
        { lease: { index: 3 }, version: 4 },
        null,
        { lease: { index: 2 }, version: 5 },
        { lease: { index: 2 }, version: 7 },
      ]);
    }
    expect((await second.snapshot()).leases).toHaveLength(2);
    expect((await third.snapshot()).leases).toHaveLength(2);
  });

  it('fail alone where a mistake stops one', async () => {
    const others = queues.filter((_, i) => i !== 2);
    const [first, ...gathered] = others.map((open) => open.ask(op.reserve));
    const failed = expect(queues[2]?.round(op.reserve, op.extend('x' as never))).rejects.toThrow(
      'A round failed in Redis: ',
    );
    const last = queues[4]?.ask(op.holding('w'));
    await failed;
    expect(await Promise.all([first, ...gathered])).toMatchObject(
      others.map(() => ({ index: 11 })),
    );
    expect(await last).toMatchObject({ lease: { index: 2 } });
  });

  it('fail alone where what is asked for cannot be read, and nothing is written', async () => {
    const { all } = keysOf(PREFIX, queues[0]!.id);
    const asked = [
      'no list',
      '[1,"none",1]',
      '[1,"claim",1,"w"]',
      '[1,"reserve"]',
      '[1,"reserve",1]',
    ];
    const keys = asked.flatMap(() => all);
    const replies = await new Script('round').run(aside, keys, [0, ...asked]);
    expect((replies as string[][]).map(([word]) => word)).toEqual([
      ...['FAILED', 'FAILED', 'FAILED', 'FAILED', 'ROUND'],
    ]);
    expect(await queues[0]?.ask(op.reserve)).toMatchObject({ index: 12 });
  });

  it('with a worker whose name is no whole text do not stop the others: it is one that can be written', async () => {
    const half = '\ud83d';
    const rounds = [...reserveAll(), queues[0]!.round(op.claim(half), op.holding(half))];
    expect((await Promise.all(rounds)).at(-1)).toMatchObject({
      replies: [{ lease: { index: 3, workerId: half } }, null],
    });
    expect((await queues[0]!.snapshot()).leases).toMatchObject([{}, { workerId: '\ufffd' }]);
  });

  it('have an unknown outcome together when the connection is lost; what was waiting did not happen', async () => {
    await aside.client('PAUSE', 60_000, 'ALL');
    const [first, ...waiting] = reserveAll();
    const failed = Promise.all([
      expect(first).rejects.toThrow(OutcomeUnknown),
      ...waiting.map((round) => expect(round).rejects.toThrow(ProjectionUnavailable)),
    ]);
    await server.kill();
    await failed;
  });

  it('have an unknown outcome together when their call is not answered in time', async () => {
    const client = await clientOf(server.url, 300);
    const evalsha = client.evalsha.bind(client);
    let sent = 0;
    client.evalsha = (async (...args: Parameters<typeof evalsha>) => {
      if (++sent === 2) await aside.client('PAUSE', 1500, 'ALL');
      return evalsha(...args);
    }) as typeof evalsha;
    const other = redisProjection(client, { prefix: PREFIX });
    const [first, ...gathered] = queues.map(({ id, epoch }) =>
      other.round(id, epoch, [op.reserve]),
    );
    const unknown = gathered.map((round) => expect(round).rejects.toThrow(OutcomeUnknown));
    expect(await first).toMatchObject({ replies: [{ index: 11 }] });
    await Promise.all(unknown);
    await other.close();
  });

  it('that let go are not refused with those that take, when memory is full', async () => {
    await aside.config('SET', 'maxmemory', '1');
    const refused = queues.map((open) => expect(open.ask(op.reserve)).rejects.toThrow(Overloaded));
    const settled = queues.map((open) => open.round(op.publish(9), op.settle(2)));
    await Promise.all(refused);
    expect(await Promise.all(settled)).toMatchObject(queues.map(() => ({ replies: ['OK', 'OK'] })));
  });
});
