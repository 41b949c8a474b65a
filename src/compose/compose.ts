import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { createWorkQueue } from '../commands/createWorkQueue';
import type { Jobs, Keeping } from '../commands/jobs';
import { createJobs } from '../commands/jobs';
import { NodeRounds } from '../commands/rounds/nodeRounds';
import type { Settings } from '../commands/settings';
import { DEFAULTS } from '../commands/settings';
import type { Upkeep } from '../commands/upkeep';
import { createUpkeep } from '../commands/upkeep';
import type { WorkQueue } from '../commands/workQueue';
import type { GetOek, KeySource } from '../crypto';
import { createKeyServiceSource, createValueCodec, createVault, VALUE_LIMITS } from '../crypto';
import type { Log, Projection } from '../domain';
import type { Health } from './health';
import { healthOf } from './health';
import type { KeepingOptions } from './keeping';
import type { LogParts } from './logParts';
import { partsOnLog } from './logParts';
import { timeUuids } from './timeUuids';

export type { Jobs, Upkeep, WorkQueue };

export interface Composition extends LogParts {
  readonly queue: WorkQueue;
  readonly jobs: Jobs;
  /** Verifies and rebuilds projections. */
  readonly upkeep: Upkeep;
  /** Whether log and projection answer; it never rejects, and asks them at most once a second. */
  readonly health: () => Promise<Health>;
  /** Refuses new calls, lets those under way finish, then closes the projection and the log. */
  close(): Promise<void>;
}

/** What a queue needs wherever it keeps its tasks. */
export interface ComposeOptions extends KeepingOptions {
  /** Where owners' keys come from: a function that asks for them, or a keyring file (embedded only). */
  readonly keys: 'keyring' | GetOek;
  /** How long the function may take. Milliseconds, default 5,000. */
  readonly keysTimeoutMs?: number;
  readonly limits?: Partial<Limits>;
  /** Hears what the start waits for, each time it changes. */
  readonly onWaiting?: (message: string) => void;
}

/** Bounds of what is taken; each has a default. */
export interface Limits extends Settings {
  /** Bytes of an encoded value, token, result or error. Default 256 KiB. */
  readonly valueBytesMax: number;
  /** How deep a value may be nested. Default 100. */
  readonly depthMax: number;
}

/** The defaults. */
export const LIMITS: Limits = {
  ...DEFAULTS,
  valueBytesMax: VALUE_LIMITS.bytesMax,
  depthMax: VALUE_LIMITS.depthMax,
};

export const askedFor = (
  keys: GetOek,
  { keysTimeoutMs }: Pick<ComposeOptions, 'keysTimeoutMs'>,
): KeySource =>
  createKeyServiceSource(keys, keysTimeoutMs === undefined ? {} : { timeoutMs: keysTimeoutMs });

/** The queue on whatever stands behind the ports. */
export function compose(
  log: Log,
  projection: Projection,
  keys: KeySource,
  limits: Partial<Limits> = {},
  keeping?: Keeping,
): Composition {
  const { valueBytesMax, depthMax, ...settings } = { ...LIMITS, ...limits };
  const ports = {
    log,
    projection,
    vault: createVault(keys),
    values: createValueCodec({ bytesMax: valueBytesMax, depthMax }),
    eventId: timeUuids(),
    monotonic: () => performance.now(),
    wait: async (ms: number) => wait(ms),
  };
  const rounds = new NodeRounds(ports, settings);
  const queue = createWorkQueue(ports, rounds);
  return {
    queue,
    jobs: createJobs(ports, rounds, settings, keeping),
    upkeep: createUpkeep(ports),
    health: healthOf(log, projection, ports.monotonic),
    ...partsOnLog(ports, projection),
    close: async () => {
      await queue.close();
      await projection.close();
      await log.close();
    },
  };
}
