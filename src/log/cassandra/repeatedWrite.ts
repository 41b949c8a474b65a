import { setTimeout as pause } from 'node:timers/promises';
import { unavailable, unknownOutcome } from './outcome';
import type { NotAcknowledged } from './session';

const PAUSE_MIN_MS = 20;
const PAUSE_MAX_MS = 1000;

export interface RepeatUntil {
  readonly budgetMs: number;
  /** Says that there is no time left, whatever the budget. */
  readonly isEnding: () => boolean;
}

/**
 * Writes rows of one partition until they are acknowledged; an `attempt` answers null if they are. A write of unknown outcome is made again:
 * the same rows under the same key are the same rows. Throws LogUnavailable if none of the attempts can
 * have written anything, else OutcomeUnknown: when the budget is used up, or when nobody is left to ask.
 */
export async function writeRepeatedly(
  attempt: () => Promise<NotAcknowledged | null>,
  { budgetMs, isEnding }: RepeatUntil,
): Promise<void> {
  const endMs = performance.now() + budgetMs;
  let mayBeWritten = false;
  for (let pauseMs = PAUSE_MIN_MS; ; pauseMs = Math.min(2 * pauseMs, PAUSE_MAX_MS)) {
    const failure = await attempt();
    if (failure === null) return;
    const { surelyNotDone, error } = failure;
    if (surelyNotDone) throw mayBeWritten ? unknownOutcome(error) : unavailable(error);
    mayBeWritten = true;
    if (isEnding() || performance.now() + pauseMs > endMs) throw unknownOutcome(error);
    await pause(pauseMs);
  }
}
