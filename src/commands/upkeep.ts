import type { Epoch, Log, QueueId } from '../domain';
import { QueueError, segmentsToFold } from '../domain';
import { rebuild } from './rebuild';
import type { Ports } from './settings';
import type { Verified } from './verify';
import { verify } from './verify';

type Needs = Pick<Ports, 'log' | 'projection' | 'eventId' | 'monotonic' | 'wait'>;
type OnSegment = (done: number, of: number) => void;

/** What an operator does to the projection of a queue, while nodes use it. */
export interface Upkeep {
  /** Compares it with the log. */
  verify(queue: QueueId, onSegment?: OnSegment): Promise<Verified>;
  /** Compares, and builds anew what differs if all of its log can be read. */
  repair(queue: QueueId, onSegment?: OnSegment): Promise<Repaired>;
  /**
   * Builds it anew. null: no such queue. A queue of which a row cannot be read is left as it is, with
   * the error of that row.
   */
  rebuild(queue: QueueId, onSegment?: OnSegment): Promise<Epoch | null>;
}

export interface Repaired {
  /** Before, and after if something was done; else the same. */
  readonly found: Verified;
  readonly now: Verified;
  /** It was different and is equal. */
  readonly isRepaired: boolean;
}

const TRIES_MAX = 4;
const PAUSE_MS = 500;

/** A server that is away for some seconds is waited for. */
export function createUpkeep(needs: Needs): Upkeep {
  const repeated = async <A>(work: () => Promise<A>): Promise<A> => {
    for (let tries = 1; ; tries++) {
      try {
        return await work();
      } catch (error) {
        const mayGoThrough = error instanceof QueueError && error.retryable;
        if (!mayGoThrough || tries === TRIES_MAX) throw error;
        await needs.wait(PAUSE_MS * 2 ** (tries - 1));
      }
    }
  };
  const upkeep: Upkeep = {
    verify: (queue, onSegment) => repeated(() => verify(needs, queue, onSegment)),
    rebuild: (queue, onSegment) => repeated(() => rebuildReadable(needs, queue, onSegment)),
    async repair(queue, onSegment) {
      const found = await upkeep.verify(queue, onSegment);
      if (found.outcome !== 'different' || found.unreadable.length > 0)
        return { found, now: found, isRepaired: false };
      await upkeep.rebuild(queue);
      const now = await upkeep.verify(queue);
      return { found, now, isRepaired: now.outcome === 'equal' };
    },
  };
  return upkeep;
}

/**
 * Reads what is open before anything is shut: a log that is away, or a row that cannot be read, must not
 * cost a queue the projection it has.
 */
async function rebuildReadable(
  needs: Needs,
  queue: QueueId,
  onSegment?: OnSegment,
): Promise<Epoch | null> {
  const head = await needs.log.head(queue);
  if (!head) return null;
  await read(needs.log, queue, head.segmentSize, onSegment);
  return (await rebuild(needs, queue, head.epoch)).epoch;
}

/** How many rows are open; throws where one cannot be read. */
async function read(
  log: Log,
  queue: QueueId,
  segmentSize: number,
  onSegment: OnSegment = () => undefined,
): Promise<number> {
  const segments = segmentsToFold(await log.segments(queue), segmentSize, Infinity);
  let done = 0;
  let found = 0;
  for (const segment of segments) {
    for await (const rows of log.scan(queue, segment)) found += rows.length;
    onSegment(++done, segments.length);
  }
  return found;
}
