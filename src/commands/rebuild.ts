import type { Epoch, Head, Log, QueueId } from '../domain';
import { foldQueue, OutcomeUnknown, Rebuilding, segmentsToFold } from '../domain';
import type { Ports } from './settings';

type Needs = Pick<Ports, 'log' | 'projection' | 'eventId' | 'wait'>;

const TRIES_MAX = 10;
const BACK_OFF_MS = 20;
/** Another's rebuild is given twice the epoch lease to open what it raised. */
const LOOKS_MAX = 20;
/** The rebuild's clock and that of the node whose confirmation it waits for may differ in speed. */
const WAIT_FACTOR = 1.2;

/**
 * Builds the projection of a queue anew from the log, in an epoch newer than the one found `stale`, and
 * answers the head of the epoch that is then open. Several at once are harmless, and one is enough: who
 * finds that another has raised since gives it the time to open, rather than raise over it.
 *
 * identity -> shut the old epoch -> raise [F4] -> wait [F1] -> fold the open segments -> restore.
 *
 * A process that dies on the way leaves an epoch that nobody opened: the next call finds the projection
 * stale and rebuilds into the epoch after it.
 */
export async function rebuild(needs: Needs, queue: QueueId, stale: Epoch): Promise<Head> {
  const { log, projection, wait } = needs;
  let known = stale;
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const { identity, now } = await projection.identity(queue);
    const before = await log.head(queue);
    if (!before) throw new Error('a queue without a head cannot be rebuilt');
    if (before.epoch > known && (await isOpenSoon(needs, queue, before))) return before;

    await projection.shutEpoch(queue, before.epoch);
    const head = await raise(needs, queue, before);
    if (head) {
      known = head.epoch;
      if (log.epochLeaseMs > 0) await wait(log.epochLeaseMs * WAIT_FACTOR);
      const state = await fold(log, queue, head, before.claimedTo, now);
      if ((await projection.restore(queue, identity, state)) === 'opened') return head;
    }
    await wait(BACK_OFF_MS * (tries + 1));
  }
  throw new Rebuilding('The projection of this queue is being rebuilt from the log. Try again.', {
    retryAfterMs: 1000,
  });
}

/** Reads the segment rows after the raise, so that none closed since is folded, then what is open. */
async function fold(log: Log, queue: QueueId, head: Head, allocated: number, now: number) {
  const segments = await log.segments(queue);
  const queueFold = foldQueue(head, segments, allocated, now);
  for (const segment of segmentsToFold(segments, head.segmentSize, allocated)) {
    for await (const rows of log.scan(queue, segment)) queueFold.take(rows);
  }
  return queueFold.state();
}

/** The head of our own raise; null: another raised. `raisedBy` is new for each attempt and decides. */
async function raise({ log, eventId }: Needs, queue: QueueId, before: Head): Promise<Head | null> {
  const raisedBy = eventId();
  try {
    const { applied, head } = await log.raise(queue, before, raisedBy);
    return applied ? head : null;
  } catch (error) {
    if (!(error instanceof OutcomeUnknown)) throw error;
    const head = await log.head(queue);
    return head?.raisedBy === raisedBy ? head : null;
  }
}

async function isOpenSoon({ log, projection, wait }: Needs, queue: QueueId, { epoch }: Head) {
  for (let looks = 1; ; looks++) {
    if ((await projection.round(queue, epoch, [])).type === 'round') return true;
    if (looks >= LOOKS_MAX || log.epochLeaseMs === 0) return false;
    await wait((2 * log.epochLeaseMs) / LOOKS_MAX);
  }
}
