import type { Building, Epoch, Head, Log, QueueId } from '../domain';
import { foldQueue, OutcomeUnknown, Rebuilding, segmentsToFold } from '../domain';
import type { Ports } from './settings';

type Needs = Pick<Ports, 'log' | 'projection' | 'eventId' | 'monotonic' | 'wait'>;

const TRIES_MAX = 10;
const BACK_OFF_MS = 20;
/** The rebuild's clock and that of the node whose confirmation it waits for may differ in speed. */
const WAIT_FACTOR = 1.2;
/** How often a rebuild announces that it goes on, and after how long without that it counts as given up. */
const BEAT_MS = 1_000;
const SILENT_MS = 5_000;
const LOOK_MS = 100;

/**
 * Builds the projection of a queue anew from the log, in an epoch newer than the one found `stale`, and
 * answers the head of the epoch that is then open. Several at once are harmless, and one is enough: who
 * finds that another has raised since, or is at it, waits for it to open as long as it goes on, rather than
 * raise over it. Else nodes that each need longer than the others wait would never come to an end.
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
    const { identity, now, building } = await projection.identity(queue);
    const before = await log.head(queue);
    if (!before) throw new Error('a queue without a head cannot be rebuilt');
    if (before.epoch > known || (building && building.epoch >= before.epoch)) {
      const fate = await fateOf(needs, queue, before.epoch);
      if (fate === 'open') return before;
      if (fate === 'raised over') continue;
    }

    await projection.shutEpoch(queue, before.epoch);
    const head = await raise(needs, queue, before);
    if (head) {
      known = head.epoch;
      const announce = announcing(needs, queue, head.epoch);
      try {
        await announce();
        if (log.epochLeaseMs > 0) await wait(log.epochLeaseMs * WAIT_FACTOR);
        const state = await fold(log, queue, head, before.claimedTo, now, announce);
        if ((await projection.restore(queue, identity, state)) === 'opened') return head;
      } finally {
        await projection.announce(queue, null).catch(() => undefined); // it is a hint
      }
    }
    await wait(BACK_OFF_MS * (tries + 1));
  }
  throw new Rebuilding('The projection of this queue is being rebuilt from the log. Try again.', {
    retryAfterMs: 1000,
  });
}

/** Announces a rebuild, again and again as it goes on. */
function announcing({ projection, monotonic }: Needs, queue: QueueId, epoch: Epoch) {
  let beat = 0;
  let lastMs = -Infinity;
  return async (): Promise<void> => {
    if (monotonic() - lastMs < BEAT_MS) return;
    lastMs = monotonic();
    await projection.announce(queue, { epoch, beat: ++beat });
  };
}

/** Reads the segment rows after the raise, so that none closed since is folded, then what is open. */
async function fold(
  log: Log,
  queue: QueueId,
  head: Head,
  allocated: number,
  now: number,
  announce: () => Promise<void>,
) {
  const segments = await log.segments(queue);
  const queueFold = foldQueue(head, segments, allocated, now);
  for (const segment of segmentsToFold(segments, head.segmentSize, allocated)) {
    for await (const rows of log.scan(queue, segment)) {
      queueFold.take(rows);
      await announce();
    }
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

/** What becomes of an epoch that another has raised. One that was never announced has the time to be. */
async function fateOf(
  { log, projection, wait }: Needs,
  queue: QueueId,
  epoch: Epoch,
): Promise<'open' | 'raised over' | 'given up'> {
  let seen: Building | null = null;
  for (let silentMs = 0; ; silentMs += LOOK_MS) {
    if ((await projection.round(queue, epoch, [])).type === 'round') return 'open';
    const { building } = await projection.identity(queue);
    if (building && building.epoch > epoch) return 'raised over';
    const its = building?.epoch === epoch ? building : null;
    if (its && its.beat !== seen?.beat) {
      seen = its;
      silentMs = 0;
    }
    if (silentMs >= (its ? SILENT_MS : 2 * log.epochLeaseMs)) return 'given up';
    await wait(LOOK_MS);
  }
}
