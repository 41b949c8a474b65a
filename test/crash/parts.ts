import { CASSANDRA_FAULTS } from './faults/cassandra';
import type { Fault } from './faults/nemesis';
import { NODE_FAULTS, PAUSES } from './faults/nodes';
import { NETWORK_FAULTS, REPLY_FAULTS } from './faults/proxies';
import { OLDER_DATA, REDIS_FAULTS } from './faults/redis';
import type { Progress, RunOptions } from './run';

type Faults = Readonly<Record<string, Fault>>;

/** What a part counts: how often these fired. */
interface Part {
  readonly faults: Faults;
  readonly counted: readonly string[];
  readonly goals: Goals;
  readonly settings: Pick<
    RunOptions,
    'proxied' | 'ttrMs' | 'pauseMs' | 'acksBetween' | 'producers' | 'workers'
  >;
}

/** What a run must reach before it ends. */
export interface Goals {
  readonly adds?: number;
  readonly acks?: number;
  /** Of the faults that the part counts. */
  readonly fired?: number;
}

const countAll = (faults: Faults) => ({ faults, counted: Object.keys(faults) });
/** Enough of each for the goals to be reached within an hour on two cores. */
const CALLERS = { producers: 200, workers: 300 };

export const PARTS = {
  kills: {
    ...countAll(NODE_FAULTS),
    goals: { adds: 1_000_000, fired: 200 },
    settings: { pauseMs: 500, acksBetween: 5_000, ...CALLERS },
  },
  older: {
    ...countAll(OLDER_DATA),
    goals: { acks: 500_000, fired: 200 },
    settings: { pauseMs: 500, acksBetween: 2_500, ...CALLERS },
  },
  redis: {
    ...countAll(REDIS_FAULTS),
    goals: { fired: 100 },
    settings: { pauseMs: 500, acksBetween: 500 },
  },
  replies: {
    ...countAll(REPLY_FAULTS),
    goals: { fired: 1_000 },
    settings: { proxied: true, pauseMs: 50 },
  },
  network: {
    ...countAll(NETWORK_FAULTS),
    goals: { fired: 120 },
    settings: { proxied: true, pauseMs: 500, acksBetween: 50 },
  },
  pauses: { ...countAll(PAUSES), goals: { fired: 100 }, settings: { ttrMs: 2_000, pauseMs: 300 } },
  cassandra: {
    ...countAll(CASSANDRA_FAULTS),
    goals: { fired: 20 },
    settings: { pauseMs: 500, acksBetween: 1_000 },
  },
} satisfies Readonly<Record<string, Part>>;
export type PartName = keyof typeof PARTS;

/** Without the proxies' faults, which need every byte to pass through one. */
export const ALL_FAULTS: Faults = {
  ...NODE_FAULTS,
  ...REDIS_FAULTS,
  ...OLDER_DATA,
  ...PAUSES,
};
export const KNOWN_FAULTS: Faults = {
  ...ALL_FAULTS,
  ...REPLY_FAULTS,
  ...NETWORK_FAULTS,
  ...CASSANDRA_FAULTS,
};

export const reached =
  (goals: Goals, counted: readonly string[]) =>
  (progress: Progress): boolean =>
    progress.adds >= (goals.adds ?? 0) &&
    progress.acks >= (goals.acks ?? 0) &&
    counted.reduce((sum, kind) => sum + (progress.fired[kind] ?? 0), 0) >= (goals.fired ?? 0);
