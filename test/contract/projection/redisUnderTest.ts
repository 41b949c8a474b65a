import type { Cluster, Redis } from 'ioredis';
import { keysOf } from '../../../src/projections/redis/keys';
import { redisProjection } from '../../../src/projections/redis/redisProjection';
import type { ProjectionUnderTest } from './projectionUnderTest';

/** What the suite needs of Redis, be it one server or a cluster: `client` makes a connection of its own. */
export async function redisUnderTest(
  prefix: string,
  client: () => Promise<Redis | Cluster>,
  empty: (aside: Redis | Cluster) => Promise<void>,
): Promise<ProjectionUnderTest> {
  let offsetMs = 0;
  const aside = await client();
  return {
    open: async () => redisProjection(await client(), { prefix, offsetMs: () => offsetMs }),
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
      await empty(aside);
      aside.disconnect();
    },
  };
}
