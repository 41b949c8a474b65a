import { describeOnServers, SERVER_START_MS } from '../support/servers';
import type { Fault } from './faults/nemesis';
import type { RunOptions } from './run';
import { run } from './run';
import type { OwnServers } from './stage/stage';
import { startServers } from './stage/stage';

const RUN_MS = 240_000;
const SEED = 1;

/** A run in which each kind of fault comes once: it fires, and nothing is lost or comes back. */
export function describeShortRuns(
  name: string,
  runs: Readonly<Record<string, Readonly<Record<string, Fault>>>>,
  settings: Pick<RunOptions, 'proxied' | 'ttrMs'> = {},
): void {
  describeOnServers(name, () => {
    let servers: OwnServers;
    beforeAll(async () => {
      servers = await startServers();
    }, SERVER_START_MS);
    afterAll(() => servers.stop());

    test.each(Object.entries(runs))(
      '%s: nothing confirmed is lost, nothing acked comes back, log and projection are equal',
      async (_, faults) => {
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
}
