import { OutcomeUnknown } from '../../domain';

/** The answer of a call, or an error if none comes: a call that never ends must not hold up a queue. */
export async function withDeadline<T>(
  ms: number,
  call: Promise<T>,
  tooLate: () => Error,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(tooLate());
    }, ms).unref(); // a hanging call does not keep a process that is done
  });
  try {
    return await Promise.race([call, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Calls a port, and counts its outcome as unknown if no answer comes. */
export type CallPort = <T>(what: string, call: Promise<T>) => Promise<T>;

export const callWithin =
  (portTimeoutMs: number): CallPort =>
  (what, call) =>
    withDeadline(
      portTimeoutMs,
      call,
      () =>
        new OutcomeUnknown(
          `No answer to '${what}' within ${String(portTimeoutMs)} ms (portTimeoutMs). Try again.`,
          { retryAfterMs: 1000 },
        ),
    );
