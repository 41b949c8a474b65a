import type { Redis } from 'ioredis';
import type { Projection } from '../../../src/domain';
import { OutcomeUnknown, Overloaded, ProjectionUnavailable, stale } from '../../../src/domain';
import type { OpenQueue } from '../../contract/projection/openQueue';
import { stateOf } from '../../contract/projection/openQueue';
import * as op from '../../contract/projection/operations';
import { again } from '../../support/redisNodes';
import { breakWhileWaiting, clientOf, fullQueue, projectionOn } from '../../support/redisQueue';
import type { RedisServer } from '../../support/redisServer';
import { startRedis } from '../../support/redisServer';
import { describeOnServers } from '../../support/servers';

describeOnServers('a Redis that goes away, or is full', () => {
  let server: RedisServer;
  let aside: Redis;
  let projection: Projection;
  let queue: OpenQueue;

  beforeEach(async () => {
    server = await startRedis();
    aside = await clientOf(server.url);
    projection = await projectionOn(server.url, 500);
    queue = await fullQueue(projection, 'queue');
  });
  afterEach(async () => {
    await projection.close();
    aside.disconnect();
    await server.stop();
  });

  it('while a call waits for its answer: the outcome is unknown, and nothing is sent again', async () => {
    await aside.client('PAUSE', 300, 'ALL');
    const waiting = queue.ask(op.reserve);
    const looking = projection.snapshot(queue.id);
    const failed = Promise.all([
      expect(waiting).rejects.toThrow(OutcomeUnknown),
      expect(looking).rejects.toThrow(ProjectionUnavailable), // a look changes nothing
    ]);
    await server.kill();
    await failed;
  });

  it('that does not answer in time: the outcome is unknown', async () => {
    await aside.client('PAUSE', 1500, 'ALL');
    await expect(queue.ask(op.reserve)).rejects.toThrow(OutcomeUnknown);
  });

  it('cuts the connection while a call waits: what was not done is not sent again', async () => {
    await breakWhileWaiting(aside, () => queue.ask(op.reserve));
    expect(await again(() => queue.ask(op.reserve))).toMatchObject({ index: 11 });
  });

  it('before a call: nothing was sent, and it says so at once', async () => {
    await server.kill();
    await expect(projection.identity(queue.id)).rejects.toThrow(ProjectionUnavailable);
    const since = performance.now();
    await expect(queue.ask(op.reserve)).rejects.toThrow(ProjectionUnavailable);
    await expect(queue.restore(stateOf())).rejects.toThrow(ProjectionUnavailable);
    expect(performance.now() - since).toBeLessThan(200);
  });

  it('out of memory still shuts an epoch, so that a rebuild can begin', async () => {
    await aside.config('SET', 'maxmemory', '1');
    await projection.shutEpoch(queue.id, queue.epoch);
    expect(await projection.round(queue.id, queue.epoch, [])).toEqual(stale(null));
  });

  it('out of memory takes nothing new, but lets go on what frees', async () => {
    await aside.config('SET', 'maxmemory', '1');
    const before = await queue.snapshot();
    await expect(queue.ask(op.reserve)).rejects.toThrow(Overloaded);
    await expect(queue.round(op.publish(9), op.claim('x'))).rejects.toThrow(Overloaded);
    expect(await queue.snapshot()).toEqual(before);
    const { lease } = (await queue.ask(op.holding('w'))) ?? {};
    expect(await queue.round(op.publish(9), op.settle(lease?.index ?? 0))).toMatchObject({
      replies: ['OK', 'OK'],
    });
    await aside.config('SET', 'maxmemory', '0');
    expect(await queue.ask(op.holding('w'))).toBeNull();
    expect(await queue.ask(op.reserve)).toMatchObject({ index: 11 });
  });
});
