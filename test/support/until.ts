import { setTimeout as wait } from 'node:timers/promises';

/** Waits for what comes true sooner or later; a look that fails counts as not yet. */
export async function until(
  condition: () => Promise<boolean> | boolean,
  givenMs = 20_000,
): Promise<void> {
  const given = AbortSignal.timeout(givenMs);
  const holds = async (): Promise<boolean> => condition();
  while (!(await holds().catch(() => false))) {
    if (given.aborted) throw new Error('it did not come true');
    await wait(10);
  }
}
