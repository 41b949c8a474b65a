import { clientOf } from '../../support/redisQueue';
import { describeOnServers, shared } from '../../support/servers';
import { projectionContract } from './projectionContract';
import { redisUnderTest } from './redisUnderTest';

describeOnServers('on a real server', () => {
  let server: { readonly url: string };
  beforeAll(async () => {
    server = await shared('redis');
  });

  const prefix = `contract:${String(process.pid)}`;
  projectionContract('redis', () =>
    redisUnderTest(
      prefix,
      () => clientOf(server.url),
      async (aside) => {
        const keys = await aside.keys(`${prefix}:*`);
        if (keys.length > 0) await aside.unlink(...keys);
      },
    ),
  );
});
