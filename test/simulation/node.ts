import { createJobs } from '../../src/commands/jobs';
import type { Jobs } from '../../src/commands/jobs';
import { createWorkQueue } from '../../src/commands/createWorkQueue';
import { NodeRounds } from '../../src/commands/rounds/nodeRounds';
import type { Ports, Settings } from '../../src/commands/settings';
import { DEFAULTS } from '../../src/commands/settings';
import type { Upkeep } from '../../src/commands/upkeep';
import { createUpkeep } from '../../src/commands/upkeep';
import type { WorkQueue } from '../../src/commands/workQueue';
import type { Wrap } from '../support/world';
import type { Machine } from './machine';

/** Short, since time is what a history has least of. */
const TIMES: Partial<Settings> = {
  appendBudgetMs: 2_000,
  portTimeoutMs: 2_500,
  rebuildWaitMs: 4_000,
};
/** A closed segment is kept so long. */
const KEEP_MS = 300;

/** The real commands of one node, on ports whose every call is a step of the scheduler. */
export class SimNode {
  readonly queue: WorkQueue;
  readonly jobs: Jobs;
  readonly upkeep: Upkeep;

  constructor(
    readonly machine: Machine,
    readonly ports: Ports,
    segmentSize: number,
    wrap: Wrap,
  ) {
    const wrapped = wrap(ports);
    const settings = { ...DEFAULTS, ...TIMES, segmentSize };
    const rounds = new NodeRounds(wrapped, settings);
    this.queue = createWorkQueue(wrapped, rounds);
    this.jobs = createJobs(wrapped, rounds, settings, {
      retention: { keepMs: KEEP_MS },
      seals: null,
    });
    this.upkeep = createUpkeep(wrapped);
  }
}
