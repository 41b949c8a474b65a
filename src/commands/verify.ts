import type { Compared, Difference, Epoch, Head, QueueId, QueueState } from '../domain';
import { compareQueue, QueueError } from '../domain';
import type { Ports } from './settings';

type Needs = Pick<Ports, 'log' | 'projection' | 'wait'>;

const LOOKS_MAX = 7;
/** Doubled after each look: 6.3 s in all, longer than a rebuild takes to open what it has shut. */
const PAUSE_MS = 100;

/** How the live projection of a queue stands to the log. */
export interface Verified {
  /** unknown: what differed was another at each look, or not all of the log could be read. */
  readonly outcome: 'equal' | 'different' | 'unknown' | 'absent';
  /** Not benign, and the same at two looks. */
  readonly differences: readonly Difference[];
  /** Harmful ones, also those that are too many to be listed. */
  readonly count: number;
  /** Benign ones at the last look. */
  readonly benign: readonly Difference[];
  /** Harmful ones that were no two times the same. */
  readonly unsettled: number;
  /** One of each segment that cannot be read to its end. */
  readonly unreadable: readonly QueueError[];
  /** In the open segments. */
  readonly tasks: number;
  /** How often it was compared. */
  readonly looks: number;
}

interface Look extends Compared {
  readonly epoch: Epoch;
  readonly unreadable: readonly QueueError[];
}

/**
 * Compares the log with the projection while both are used. A look takes a snapshot, then reads what is
 * open in the log, which may be newer by then; so what differs is looked at again with a later snapshot,
 * and counts once two looks agree. What an open call leaves half done is benign by itself.
 */
export async function verify(
  needs: Needs,
  queue: QueueId,
  onSegment: (done: number, of: number) => void = () => undefined,
): Promise<Verified> {
  let before: Look | null = null;
  let tasks = 0;
  let unreadable: readonly QueueError[] = [];
  for (let looks = 1; ; looks++) {
    const look = await lookAt(needs, queue, before, onSegment);
    if (look === 'absent') return { ...NONE, outcome: 'absent', looks };
    const isLast = looks === LOOKS_MAX;
    if (look !== 'moved') {
      if (look.needsAll || before === null) ({ tasks, unreadable } = look);
      const harmful = look.differences.filter(({ benign }) => benign === null);
      const known = new Set(before?.epoch === look.epoch ? before.differences.map(keyOf) : []);
      const settled = harmful.filter((difference) => known.has(keyOf(difference)));
      // A state that is missing or of another epoch may be in the making.
      const inTheMaking = harmful.some(({ subject }) => subject === 'state');
      if (isLast || (settled.length === harmful.length && !inTheMaking)) {
        const unsettled = harmful.length - settled.length;
        return {
          outcome: outcomeOf(settled.length, unsettled + unreadable.length),
          differences: settled,
          count: unsettled === 0 ? look.harmful : settled.length,
          benign: look.differences.filter(({ benign }) => benign !== null),
          ...{ unsettled, unreadable, tasks, looks },
        };
      }
      before = look;
    } else {
      if (isLast) return { ...NONE, outcome: 'unknown', unsettled: 1, looks };
      before = null;
    }
    await needs.wait(PAUSE_MS * 2 ** (looks - 1));
  }
}

const NONE = {
  ...{ differences: [], count: 0, benign: [], unsettled: 0, unreadable: [], tasks: 0 },
} as const;

const outcomeOf = (differences: number, doubts: number): Verified['outcome'] =>
  differences > 0 ? 'different' : doubts > 0 ? 'unknown' : 'equal';

const keyOf = ({ subject, from, to, log, projection }: Difference): string =>
  JSON.stringify([subject, from, to, log, projection]);

/** 'moved': the queue went to another epoch meanwhile, so that what was read does not belong together. */
async function lookAt(
  { log, projection }: Needs,
  queue: QueueId,
  before: Look | null,
  onSegment: (done: number, of: number) => void,
): Promise<Look | 'moved' | 'absent'> {
  const head = await log.head(queue);
  if (!head) return 'absent';
  const live = await projection.snapshot(queue);
  const segments = await log.segments(queue);
  const comparison = compareQueue(head, segments, live, againOf(before, head, live));
  const unreadable: QueueError[] = [];
  let done = 0;
  for (const segment of comparison.segments) {
    try {
      for await (const rows of log.scan(queue, segment)) comparison.take(rows);
    } catch (error) {
      if (!isCorruptRow(error)) throw error;
      comparison.unreadable(segment);
      unreadable.push(error);
    }
    onSegment(++done, comparison.segments.length);
  }
  if ((await log.head(queue))?.epoch !== head.epoch) return 'moved';
  return { ...comparison.end(), epoch: head.epoch, unreadable };
}

const againOf = (before: Look | null, head: Head, live: QueueState | null) =>
  before === null || before.needsAll || before.epoch !== head.epoch || live?.epoch !== head.epoch
    ? null
    : { only: before.suspects, seen: before.seen };

/** The log names what it cannot read; its error class is its own. */
const isCorruptRow = (error: unknown): error is QueueError =>
  error instanceof QueueError && error.type === 'CorruptRow';
