import { CASSANDRA_FAULTS } from './faults/cassandra';
import type { Fault } from './faults/nemesis';
import { NODE_FAULTS, PAUSES } from './faults/nodes';
import { PROXY_FAULTS, REPLY_FAULTS } from './faults/proxies';
import { REDIS_FAULTS } from './faults/redis';
import type { Progress, RunOptions } from './run';

type Faults = Readonly<Record<string, Fault>>;

/** What a part counts: how often these fired. */
interface Part {
  readonly faults: Faults;
  readonly counted: readonly string[];
  readonly goals: Goals;
  readonly settings: Pick<RunOptions, 'proxied' | 'ttrMs' | 'pauseMs'>;
}

/** What a run must reach before it ends. */
export interface Goals {
  readonly adds?: number;
  readonly acks?: number;
  /** Of the faults that the part counts. */
  readonly fired?: number;
}

export const PARTS = {
  kills: {
    faults: NODE_FAULTS,
    counted: Object.keys(NODE_FAULTS),
    goals: { adds: 1_000_000, fired: 200 },
    settings: { pauseMs: 1_000 },
  },
  redis: {
    faults: REDIS_FAULTS,
    counted: ['redis older data'],
    goals: { acks: 500_000, fired: 200 },
    settings: { pauseMs: 300 },
  },
  proxy: {
    faults: PROXY_FAULTS,
    counted: Object.keys(REPLY_FAULTS),
    goals: { fired: 1_000 },
    settings: { proxied: true, pauseMs: 50 },
  },
  pauses: {
    faults: PAUSES,
    counted: Object.keys(PAUSES),
    goals: { fired: 100 },
    settings: { ttrMs: 2_000, pauseMs: 300 },
  },
  cassandra: {
    faults: CASSANDRA_FAULTS,
    counted: Object.keys(CASSANDRA_FAULTS),
    goals: { fired: 20 },
    settings: { pauseMs: 3_000 },
  },
} satisfies Readonly<Record<string, Part>>;
export type PartName = keyof typeof PARTS;

/** Without the proxies' faults, which need every byte to pass through one. */
export const ALL_FAULTS: Faults = { ...NODE_FAULTS, ...REDIS_FAULTS, ...PAUSES };
export const KNOWN_FAULTS: Faults = { ...ALL_FAULTS, ...PROXY_FAULTS, ...CASSANDRA_FAULTS };

export const reached =
  (goals: Goals, counted: readonly string[]) =>
  (progress: Progress): boolean =>
    progress.adds >= (goals.adds ?? 0) &&
    progress.acks >= (goals.acks ?? 0) &&
    counted.reduce((sum, kind) => sum + (progress.fired[kind] ?? 0), 0) >= (goals.fired ?? 0);
