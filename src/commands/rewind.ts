import * as E from 'fp-ts/Either';
import type { Head, QueueId, QueueState, Rewind, Segment } from '../domain';
import { claimedSince, decideRewind, OutcomeUnknown, RewindRefused } from '../domain';
import { rebuild } from './rebuild';
import type { Ports } from './settings';

type Needs = Pick<Ports, 'log' | 'projection' | 'eventId' | 'monotonic' | 'wait'>;

const TRIES_MAX = 10;

/**
 * All tasks above `last` wait again: one conditional write to the head, then the new epoch is opened
 * -> true.
 *
 * A process that dies between the two leaves an epoch that nobody opened: the next call finds the
 * projection older than the head and rebuilds it, rewound.
 */
export async function rewind(needs: Needs, queue: QueueId, wanted: number): Promise<true> {
  const { log, projection, wait } = needs;
  const last = Math.max(0, wanted);
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const head = await log.head(queue);
    const state = head && (await projection.snapshot(queue));
    if (head && state?.epoch !== head.epoch) {
      await rebuild(needs, queue, head.epoch);
      continue;
    }
    const published = state?.published ?? 0;
    if (last > published) throw beyondLastIndex(last, published);
    if (!head || !state || last >= state.allocated) return true; // nothing is above
    if (await rewindFrom(needs, queue, head, state, last)) return true;
    await wait(20 * (tries + 1));
  }
  throw new OutcomeUnknown(
    'The queue was rebuilt or rewound by others each time this rewind was decided. Rewind again.',
    { last },
  );
}

/** False: the head was changed by another; to be decided again. */
async function rewindFrom(
  needs: Needs,
  queue: QueueId,
  head: Head,
  state: QueueState,
  last: number,
): Promise<boolean> {
  const { projection } = needs;
  const rewound: Rewind = { epoch: (head.epoch + 1) as Head['epoch'], last, at: state.clock };
  const rewinds = decideRewind(head, rewound);
  if (E.isLeft(rewinds)) throw refused(rewinds.left, last);

  const above = claimedSince(last, head.claimedTo, head.segmentSize);
  const inPlace = await allOpen(needs, queue, above);
  if (!(await rewindHead(needs, queue, head, rewound, rewinds.right))) return false;

  const change = { from: head.epoch, to: rewound.epoch, last, reopened: above };
  if (!inPlace || (await projection.rewind(queue, change)) === 'stale') {
    await rebuild(needs, queue, rewound.epoch);
  }
  return true;
}

/** Whether the rewind is in the head; an unknown outcome is decided by `raisedBy`. */
async function rewindHead(
  { log, eventId }: Needs,
  queue: QueueId,
  head: Head,
  rewound: Rewind,
  rewinds: readonly Rewind[],
): Promise<boolean> {
  const raisedBy = eventId();
  const change = { rewind: rewound, rewinds, raisedBy, eventId: eventId() };
  try {
    return (await log.rewind(queue, head, change)).applied;
  } catch (error) {
    if (!(error instanceof OutcomeUnknown)) throw error;
    return (await log.head(queue))?.raisedBy === raisedBy;
  }
}

async function allOpen({ log }: Needs, queue: QueueId, wanted: Segment[]): Promise<boolean> {
  const open = new Set(
    (await log.segments(queue))
      .filter(({ status }) => status === 'open')
      .map(({ segment }) => segment),
  );
  return wanted.every((segment) => open.has(segment));
}

const beyondLastIndex = (last: number, published: number): RewindRefused =>
  new RewindRefused(
    `Cannot rewind to ${String(last)}: the last index of this queue is ${String(published)} (INDEX of info).`,
    { path: 'last', expected: `an integer up to ${String(published)}`, given: last },
  );

type Refusal = Extract<ReturnType<typeof decideRewind>, { _tag: 'Left' }>['left'];

function refused(refusal: Refusal, last: number): RewindRefused {
  switch (refusal.type) {
    case 'BelowFloor':
      return new RewindRefused(
        `Cannot rewind to ${String(last)}: tasks up to ${String(refusal.floor)} were dropped by retention.`,
        { path: 'last', expected: `an integer from ${String(refusal.floor)}`, given: last },
      );
    case 'TooManyRewinds':
      return new RewindRefused(
        `This queue was rewound ${String(refusal.max)} times within a day. Rewind again tomorrow, or lower than before.`,
        { path: 'last', given: last },
      );
  }
}
