import { OutcomeUnknown, ProjectionUnavailable } from '../../domain';
import type { Keys } from './keys';

/** A round as it is sent. */
export interface SentRound {
  readonly keys: Keys;
  /** A JSON list (wire.ts). */
  readonly text: string;
  readonly operations: number;
}

export type Rounds = readonly [SentRound, ...SentRound[]];

/** Sends rounds in one call; their replies, in that order. */
type Call = (rounds: Rounds) => Promise<readonly unknown[]>;
/** Sends a round, some time; its reply. */
type Lane = (round: SentRound) => Promise<unknown>;

/** Of one call: while it runs Redis does nothing else, and its first round waits for its last. */
const CALL_MAX = { queues: 64, operations: 256, bytes: 262_144 };

/** Each round is a call, and none waits for another. */
export const single =
  (call: Call): Lane =>
  async (round) =>
    (await call([round]))[0];

/**
 * Rounds that come while a call is under way share the next one: identity, time and what a script defines
 * cost as much for one round as for many. A round that finds none under way is sent at once.
 */
export function gathered(call: Call, max = CALL_MAX): Lane {
  let waiting: Waiting[] = [];
  let underWay = false;

  const sendAll = async (): Promise<void> => {
    underWay = true;
    while (waiting.length > 0) {
      const sent = waiting.splice(0, fitting(waiting, max));
      try {
        const replies = await call(sent.map(({ round }) => round) as unknown as Rounds);
        for (const [i, { resolve }] of sent.entries()) resolve(replies[i]);
      } catch (error) {
        for (const { reject } of sent) reject(error);
        if (error instanceof OutcomeUnknown) refuseWaiting(error);
      }
    }
    underWay = false;
  };
  /** A server that has just not answered would let each call wait as long. None of these was sent. */
  const refuseWaiting = (cause: OutcomeUnknown): void => {
    const refused = waiting;
    waiting = [];
    for (const { reject } of refused) reject(new ProjectionUnavailable(cause.message, {}, cause));
  };

  return (round) =>
    new Promise((resolve, reject) => {
      waiting.push({ round, resolve, reject });
      if (!underWay) void sendAll();
    });
}

interface Waiting {
  readonly round: SentRound;
  readonly resolve: (reply: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** How many of the first ones are sent together: at least one, however large it is. */
function fitting(waiting: readonly Waiting[], max: typeof CALL_MAX): number {
  let operations = 0;
  let bytes = 0;
  const end = waiting.findIndex(({ round }, i) => {
    operations += round.operations;
    bytes += round.text.length;
    return i > 0 && (i >= max.queues || operations > max.operations || bytes > max.bytes);
  });
  return end < 0 ? waiting.length : end;
}
