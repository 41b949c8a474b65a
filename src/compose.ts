import { performance } from 'node:perf_hooks';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { v1 as timeUuid } from 'uuid';
import { createWorkQueue } from './commands/createWorkQueue';
import type { Jobs } from './commands/jobs';
import { createJobs } from './commands/jobs';
import { NodeRounds } from './commands/rounds/nodeRounds';
import type { Ports, Settings } from './commands/settings';
import { DEFAULTS } from './commands/settings';
import type { WorkQueue } from './commands/workQueue';
import type { GetOek } from './crypto';
import {
  createKeyServiceSource,
  createValueCodec,
  createVault,
  openKeyring,
  VALUE_LIMITS,
} from './crypto';
import { openSqliteLog } from './log/sqlite';
import { openMemoryProjection } from './projections/memory';

/** The one place that constructs adapters and wires ports. */

export interface Composition {
  readonly queue: WorkQueue;
  readonly jobs: Jobs;
  /** Refuses new calls, lets those under way finish, then closes the log. */
  close(): Promise<void>;
}

export type { Jobs, WorkQueue };

export interface ComposeOptions {
  /** Folder of the embedded log and of the keyring. */
  readonly dataDir: string;
  /** Where owners' keys come from: a keyring file in the data folder, or a function that asks for them. */
  readonly keys: 'keyring' | GetOek;
  /** How long the function may take. Milliseconds, default 5,000. */
  readonly keysTimeoutMs?: number;
  readonly limits?: Partial<Limits>;
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

/**
 * The queue on one machine without servers: SQLite log, projection in this process. Rejects with
 * DataFolderInUse and its kin of src/log/sqlite.
 */
export function composeEmbedded(options: ComposeOptions): Promise<Composition> {
  return new Promise((resolve) => {
    resolve(embedded(options));
  });
}

function embedded({ dataDir, keys, keysTimeoutMs, limits = {} }: ComposeOptions): Composition {
  const source =
    keys === 'keyring'
      ? openKeyring(join(dataDir, 'keyring.json'))
      : createKeyServiceSource(
          keys,
          keysTimeoutMs === undefined ? {} : { timeoutMs: keysTimeoutMs },
        );
  const { valueBytesMax, depthMax, ...settings } = { ...LIMITS, ...limits };
  const ports: Ports = {
    log: openSqliteLog({ dataDir }),
    projection: openMemoryProjection(),
    vault: createVault(source),
    values: createValueCodec({ bytesMax: valueBytesMax, depthMax }),
    eventId: () => timeUuid(),
    monotonic: () => performance.now(),
    wait: async (ms) => wait(ms),
  };
  return compose(ports, settings);
}

/** The queue on whatever stands behind the ports. */
function compose(ports: Ports, settings: Settings): Composition {
  const rounds = new NodeRounds(ports, settings);
  const queue = createWorkQueue(ports, rounds);
  return {
    queue,
    jobs: createJobs(ports, rounds, settings),
    close: async () => {
      await queue.close();
      await ports.projection.close();
      await ports.log.close();
    },
  };
}
