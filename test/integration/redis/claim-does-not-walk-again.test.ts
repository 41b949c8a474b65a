import type { Redis } from 'ioredis';
import type { Epoch, Projection } from '../../../src/domain';
import { OpenQueue, stateOf } from '../../contract/projection/openQueue';
import { clientOf, projectionOn, queueNamed } from '../../support/redisQueue';
import type { RedisServer } from '../../support/redisServer';
import { startRedis } from '../../support/redisServer';
import { describeOnServers } from '../../support/servers';

const GAPS = 500;

describeOnServers('a claim that passed over much and found nothing', () => {
  let server: RedisServer;
  let aside: Redis;
  let projection: Projection;

  beforeAll(async () => {
    server = await startRedis();
    aside = await clientOf(server.url);
    projection = await projectionOn(server.url);
  });
  afterAll(async () => {
    await projection.close();
    aside.disconnect();
    await server.stop();
  });

  /** How many commands Redis executed for the call, those inside scripts included. */
  const commandsOf = async (call: () => Promise<unknown>): Promise<number> => {
    await aside.config('RESETSTAT');
    await call();
    const counts = (await aside.info('commandstats')).matchAll(/calls=(\d+)/g);
    return [...counts].reduce((sum, [, calls]) => sum + Number(calls), 0);
  };

  it('is remembered: the next one does not pass over it again', async () => {
    const open = new OpenQueue(projection, queueNamed('queue'), 1 as Epoch);
    const blocked = Array.from({ length: GAPS }, (_, i) => ({ from: i + 1, to: i + 1 }));
    await open.restore(
      stateOf({
        ...{ claimedTo: GAPS, allocated: GAPS, published: GAPS },
        // Neighbours of two kinds, so that no two are passed over as one range.
        gaps: blocked.filter(({ from }) => from % 2 === 0),
        pending: blocked.filter(({ from }) => from % 2 === 1).map((one) => ({ ...one, since: 0 })),
      }),
    );
    const claim = async () => expect(await open.task('a')).toBeNull();
    const first = await commandsOf(claim);
    expect(first).toBeGreaterThan(GAPS);
    expect(await commandsOf(claim)).toBeLessThan(GAPS / 10);
  });
});
