import type { Ended } from './handler';

/** What an ack says of a handler that has ended. */
export type Outcome =
  | { readonly result?: unknown }
  | {
      readonly error: {
        readonly exitCode: number | null;
        readonly signal: string | null;
        readonly stderr: string;
      };
    };

/** Success: stdout is the result, as JSON where it is JSON; none where it is empty or does not fit. */
export function outcomeOf({ code, signal, stdout, isCut, stderr }: Ended): Outcome {
  if (code !== 0) return { error: { exitCode: code, signal, stderr } };
  const text = stdout.trim();
  if (isCut || text === '') return {};
  try {
    return { result: JSON.parse(text) as unknown };
  } catch {
    return { result: text };
  }
}
