import type { QueueId } from '../domain';
import { queueKey } from '../domain';
import { closeSegments } from './closeSegments';
import { recover } from './recover';
import type { NodeRounds } from './rounds/nodeRounds';
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
}

export interface VerifyRun {
  /** How many were compared. */
  readonly queues: number;
  /** Those whose outcome is not 'equal'. */
  readonly doubtful: readonly { readonly queue: QueueId; readonly verified: Verified }[];
  /** Those of which nothing could be told. */
  readonly failed: readonly { readonly queue: QueueId; readonly error: unknown }[];
}

const PAGE_MAX = 100;
const LEASES_MAX = 256;
const PENDING_MAX = 4096;
const SEGMENTS_MAX = 4;

export function createJobs(
  ports: Pick<Ports, 'log' | 'projection' | 'wait'>,
  rounds: NodeRounds,
  { appendBudgetMs }: Pick<Settings, 'appendBudgetMs'>,
): Jobs {
  const { log } = ports;
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
      (queue) => closeSegments(log, rounds.of(queue), queue, SEGMENTS_MAX),
      SEGMENTS_MAX,
    ),
  };
}

const distinct = (queues: readonly QueueId[]): QueueId[] => [
  ...new Map(queues.map((queue) => [queueKey(queue), queue])).values(),
];
