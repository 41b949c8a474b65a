import { describeOnServers, SERVER_START_MS } from '../support/servers';
import { CASSANDRA_FAULTS } from './faults/cassandra';
import { NODE_FAULTS, PAUSES } from './faults/nodes';
import { NETWORK_FAULTS, REPLY_FAULTS } from './faults/proxies';
import { OLDER_DATA, REDIS_FAULTS } from './faults/redis';
import { run } from './run';
import type { OwnServers } from './stage/stage';
import { startServers } from './stage/stage';

const RUN_MS = 240_000;
const SEED = 1;

/** The short form of `npm run crash`: each kind of fault comes once. */
describeOnServers('three nodes under load', () => {
  let servers: OwnServers;
  beforeAll(async () => {
    servers = await startServers();
  }, SERVER_START_MS);
  afterAll(() => servers.stop());

  test.each([
    {
      what: 'nodes are killed or hang, Redis loses what it holds, Cassandra is killed',
      faults: { ...NODE_FAULTS, ...PAUSES, ...REDIS_FAULTS, ...OLDER_DATA, ...CASSANDRA_FAULTS },
      settings: { ttrMs: 2_000 },
    },
    {
      what: 'replies are lost, connections hang, break or are slow',
      faults: { ...REPLY_FAULTS, ...NETWORK_FAULTS },
      settings: { proxied: true },
    },
  ])(
    '$what: nothing confirmed is lost, nothing acked comes back, log and projection are equal',
    async ({ faults, settings }) => {
      const kinds = Object.keys(faults);
      const { findings, totals } = await run(servers, {
        ...{ seed: SEED, faults, pauseMs: 100, producers: 8, workers: 12, ...settings },
        isEnough: () => true,
      });
      expect(findings).toEqual([]);
      expect(Object.keys(totals.faults).sort()).toEqual([...kinds].sort());
      expect(totals.adds).toBeGreaterThan(0);
      expect(totals.acks).toBeGreaterThan(0);
    },
    RUN_MS,
  );
});
