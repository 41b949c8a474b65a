import type { QueueId } from '../domain';
import { queueKey } from '../domain';
import { closeSegments } from './closeSegments';
import { recover } from './recover';
import type { Retention } from './retain';
import { retain } from './retain';
import type { NodeRounds } from './rounds/nodeRounds';
import type { SealSettings } from './sealSegments';
import { SealedSoFar } from './sealedSoFar';
import { sealSegments } from './sealSegments';
import type { Ports, Settings } from './settings';
import { sweep } from './sweep';
import type { Verified } from './verify';
import { verify } from './verify';

/**
 * One run of each looks at the queues this node touched lately and at one page of the directory; verify
 * at the page alone, because it reads all that is open.
 */
export interface Jobs {
  /** Takes back tasks whose lease ran out. */
  recover(): Promise<void>;
  /** Publishes or gives up indices whose add never came to an end. */
  sweep(): Promise<void>;
  /** Closes segments in which everything is acked, so that a rebuild need not read them. */
  closeSegments(): Promise<void>;
  /** Compares projections with the log. */
  verify(): Promise<VerifyRun>;
  /** Drops segments closed long ago; nothing if retention is off. */
  retain(): Promise<void>;
  /** Seals segments closed some time ago; nothing without a key. */
  seal(): Promise<void>;
}

export interface VerifyRun {
  /** How many were compared. */
  readonly queues: number;
  /** Those whose outcome is not 'equal'. */
  readonly doubtful: readonly { readonly queue: QueueId; readonly verified: Verified }[];
  /** Those of which nothing could be told. */
  readonly failed: readonly { readonly queue: QueueId; readonly error: unknown }[];
}

/** What the last two of the jobs do; null: nothing. */
export interface Keeping {
  readonly retention: Pick<Retention, 'keepMs'> | null;
  readonly seals: Omit<SealSettings, 'max'> | null;
}

const PAGE_MAX = 100;
const LEASES_MAX = 256;
const PENDING_MAX = 4096;
const SEGMENTS_MAX = 4;
const DROPS_MAX = 16;

export function createJobs(
  ports: Pick<Ports, 'log' | 'projection' | 'wait'>,
  rounds: NodeRounds,
  { appendBudgetMs }: Pick<Settings, 'appendBudgetMs'>,
  { retention, seals }: Keeping = { retention: null, seals: null },
): Jobs {
  const { log } = ports;
  const soFar = new SealedSoFar(log);
  const pages = (): (() => Promise<readonly QueueId[]>) => {
    let after: QueueId | null = null;
    return async () => {
      const page: readonly QueueId[] = await log.queues({ after, max: PAGE_MAX });
      after = page.length < PAGE_MAX ? null : (page.at(-1) ?? null);
      return page;
    };
  };
  const job = (work: (queue: QueueId) => Promise<number>, full: number): (() => Promise<void>) => {
    const nextPage = pages();
    return async () => {
      const page = await nextPage();
      const failures: unknown[] = [];
      for (const queue of distinct([...rounds.touched(), ...page])) {
        try {
          while ((await work(queue)) >= full);
        } catch (error) {
          failures.push(error); // the other queues still get their turn
        }
      }
      if (failures.length > 0) {
        throw new AggregateError(
          failures,
          `${String(failures.length)} queue(s) failed; first: ${String(failures[0])}`,
        );
      }
    };
  };
  const nextToVerify = pages();
  return {
    async verify() {
      const page = await nextToVerify();
      const doubtful: { queue: QueueId; verified: Verified }[] = [];
      const failed: { queue: QueueId; error: unknown }[] = [];
      for (const queue of page) {
        try {
          const verified = await verify(ports, queue);
          const { outcome } = verified;
          if (outcome === 'different' || outcome === 'unknown') doubtful.push({ queue, verified });
        } catch (error) {
          failed.push({ queue, error });
        }
      }
      return { queues: page.length, doubtful, failed };
    },
    recover: job((queue) => rounds.of(queue).submit(recover(LEASES_MAX)), LEASES_MAX),
    sweep: job((queue) => rounds.of(queue).submit(sweep(appendBudgetMs, PENDING_MAX)), PENDING_MAX),
    closeSegments: job(
      (queue) => closeSegments(ports, rounds.of(queue), queue, SEGMENTS_MAX),
      SEGMENTS_MAX,
    ),
    retain:
      retention === null
        ? nothing
        : job(async (queue) => {
            const drops = { ...retention, max: DROPS_MAX };
            return (await retain(ports, queue, drops)).length;
          }, DROPS_MAX),
    seal:
      seals === null
        ? nothing
        : job(
            (queue) => sealSegments(ports, queue, { ...seals, max: SEGMENTS_MAX }, soFar),
            SEGMENTS_MAX,
          ),
  };
}

const nothing = (): Promise<void> => Promise.resolve();

const distinct = (queues: readonly QueueId[]): QueueId[] => [
  ...new Map(queues.map((queue) => [queueKey(queue), queue])).values(),
];
