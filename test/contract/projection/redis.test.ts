import { keysOf } from '../../../src/projections/redis/keys';
import { redisProjection } from '../../../src/projections/redis/redisProjection';
import { clientOf } from '../../support/redisQueue';
import { describeOnServers, shared } from '../../support/servers';
import { projectionContract } from './projectionContract';

describeOnServers('on a real server', () => {
  let server: { readonly url: string };
  beforeAll(async () => {
    server = await shared('redis');
  });

  projectionContract('redis', async () => {
    let offsetMs = 0;
    const prefix = `contract:${String(process.pid)}`;
    const aside = await clientOf(server.url);
    return {
      open: async () =>
        redisProjection(await clientOf(server.url), { prefix, offsetMs: () => offsetMs }),
      advance: async (ms) => {
        offsetMs += ms;
      },
      jumpBack: async (ms) => {
        offsetMs -= ms;
      },
      loseState: async (queue) => {
        await aside.del(...keysOf(prefix, queue).all);
      },
      dispose: async () => {
        const keys = await aside.keys(`${prefix}:*`);
        if (keys.length > 0) await aside.unlink(...keys);
        aside.disconnect();
      },
    };
  });
});
