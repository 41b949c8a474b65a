import type { ComposeOptions, Composition, GetOek, Servers } from '../compose';
import { composeEmbedded, composeServers, LIMITS } from '../compose';
import type { RecoverBy } from '../domain';
import { InvalidInput } from '../domain';
import type { JobSchedule } from './jobs';
import { scheduleOf } from './jobs';
import { refuseUnknown } from './params/decode';
import { describe } from './params/describe';

export type Compose = (options: ComposeOptions) => Promise<Composition>;

/** Everything has a default: `QueueService()` is a whole service. */
export interface QueueServiceOptions {
  /**
   * Whose timeToRecover decides that a lease has run out: the one stored with the lease (`lease`, the
   * default), or that of the worker who asks for a task now (`caller`).
   */
  readonly recoverBy?: RecoverBy;
  /** Names of the Moleculer services that are called. */
  readonly services?: {
    /** Gives the owners' keys: action `getOek` { service, id? } -> { id, key }. Default `keys`. */
    readonly keys?: string;
    /** Hears of acked tasks that carry a token: action `completed` { token, result?, error? }. Default `activity`. */
    readonly activity?: string;
    /** How long a call to one of them may take. Milliseconds, default 10,000. */
    readonly timeoutMs?: number;
  };
  /** The queue on Cassandra and Redis, shared by any number of nodes; in place of `dataDir`. */
  readonly servers?: Servers;
  /**
   * Where owners' keys come from: the service above (default), a key ring file in the data folder, or a
   * function in place of the service, for example `masterKeys([{ id, key }])`.
   */
  readonly keys?: 'service' | 'keyring' | GetOek;
  /** Folder of the embedded log; made if it is not there. One process at a time. Default `./data`. */
  readonly dataDir?: string;
  /** Bounds of what is taken. Bytes are bytes of the encoded value. */
  readonly limits?: NonNullable<ComposeOptions['limits']>;
  /** Drops closed segments after so many days; without: nothing is ever dropped. */
  readonly retention?: NonNullable<ComposeOptions['retention']>;
  /** Seals closed segments with an Ed25519 key (PEM), so that a change of the log is found. */
  readonly seals?: NonNullable<ComposeOptions['seals']>;
  /** When background jobs run, as cron expressions of six fields; false: another node runs them. */
  readonly jobs?: Partial<JobSchedule> | false;
  /** Builds the queue; default `composeEmbedded`, or `composeServers`. For tests and for other logs. */
  readonly compose?: Compose;
}

/** A Moleculer service by its name, and how long a call to it may take. */
export interface RemoteService {
  readonly name: string;
  readonly timeoutMs: number;
}

export interface QueueServiceSettings {
  readonly recoverBy: RecoverBy;
  readonly activity: RemoteService;
  readonly keys: RemoteService | 'keyring' | GetOek;
  readonly limits: NonNullable<ComposeOptions['limits']>;
  readonly keeping: Pick<ComposeOptions, 'retention' | 'seals'>;
  readonly jobs: JobSchedule | null;
  readonly compose: Compose;
}

const NAMES = [
  'recoverBy',
  'services',
  'keys',
  'dataDir',
  'servers',
  'limits',
  'retention',
  'seals',
  'jobs',
  'compose',
];

/** Throws InvalidInput for what cannot work, at once and not at the first call. */
export function settingsOf(options: QueueServiceOptions): QueueServiceSettings {
  refuseUnknown(Object.keys(options), NAMES);
  refuseUnknown(Object.keys(options.services ?? {}), ['keys', 'activity', 'timeoutMs']);
  const timeoutMs = options.services?.timeoutMs ?? 10_000;
  return {
    recoverBy: options.recoverBy ?? 'lease',
    activity: { name: options.services?.activity ?? 'activity', timeoutMs },
    keys:
      options.keys === undefined || options.keys === 'service'
        ? { name: options.services?.keys ?? 'keys', timeoutMs }
        : options.keys,
    limits: limitsOf(options.limits ?? {}),
    keeping: keepingOf(options),
    jobs: options.jobs === false ? null : scheduleOf(options.jobs ?? {}),
    compose: options.compose ?? composeFor(options),
  };
}

function composeFor({ dataDir, servers, keys }: QueueServiceOptions): Compose {
  if (servers === undefined) {
    return (common) => composeEmbedded({ ...common, dataDir: dataDir ?? './data' });
  }
  refuseUnknown(Object.keys(servers), ['cassandra', 'redis', 'startTimeoutMs']);
  if (dataDir !== undefined || keys === 'keyring') {
    const path = dataDir === undefined ? 'keys' : 'dataDir';
    throw new InvalidInput(`With servers, ${path} cannot be given: no file is shared by nodes.`, {
      path,
      expected: "servers alone, with keys 'service'",
    });
  }
  return (common) => composeServers({ ...common, ...servers });
}

function keepingOf({ retention, seals }: QueueServiceOptions): QueueServiceSettings['keeping'] {
  refuseUnknown(Object.keys(retention ?? {}), ['keepDays']);
  refuseUnknown(Object.keys(seals ?? {}), ['key', 'afterHours']);
  atLeastOne('retention.keepDays', retention?.keepDays);
  atLeastOne('seals.afterHours', seals?.afterHours);
  return { ...(retention ? { retention } : {}), ...(seals ? { seals } : {}) };
}

function limitsOf(limits: NonNullable<ComposeOptions['limits']>): typeof limits {
  refuseUnknown(Object.keys(limits), Object.keys(LIMITS));
  for (const [name, value] of Object.entries(limits)) {
    atLeastOne(`limits.${name}`, value);
  }
  return limits;
}

function atLeastOne(path: string, value: number | undefined): void {
  if (value === undefined || (Number.isSafeInteger(value) && value >= 1)) return;
  const expected = 'an integer of at least 1';
  throw new InvalidInput(`${path} must be ${expected}; given was ${describe(value)}`, {
    path,
    expected,
    given: describe(value),
  });
}
