import { CallFailed } from './callFailed';

/**
 * What `work` answers, unless the time is over (CallFailed) or the caller's signal aborts (its reason)
 * before. The signal that `work` is given tells it of either.
 */
export async function withDeadline<T>(
  timeoutMs: number,
  given: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  given?.throwIfAborted();
  const over = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    over.signal.addEventListener('abort', () => reject(over.signal.reason as Error));
  });
  const timer = setTimeout(() => over.abort(timedOut(timeoutMs)), timeoutMs);
  const passOn = (): void => over.abort(given?.reason);
  given?.addEventListener('abort', passOn);
  try {
    return await Promise.race([work(over.signal), aborted]);
  } finally {
    clearTimeout(timer);
    given?.removeEventListener('abort', passOn);
  }
}

const timedOut = (timeoutMs: number): CallFailed =>
  new CallFailed(`No answer within ${timeoutMs} ms`, true, { type: 'TimedOut' });
