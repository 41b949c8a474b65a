import type { Verified } from '../compose';
import type { Difference } from '../domain';

/** Each difference as a line that says what the log and what the projection has. */
export const differenceLines = ({ differences, count, benign, unreadable }: Verified): string[] => [
  ...differences.map(lineOf),
  ...(count > differences.length ? [`  and ${String(count - differences.length)} more`] : []),
  ...benign.map(lineOf),
  ...unreadable.map(({ message }) => `  ${message}`),
];

const lineOf = ({ subject, from, to, log, projection, benign }: Difference): string => {
  const range = from === to ? String(from) : `${String(from)} to ${String(to)}`;
  const what = from === null ? subject : `${subject} ${range}`;
  const harmless = benign === null ? '' : ` (harmless: ${benign})`;
  return `  ${what}: the log says ${log}, the projection ${projection}${harmless}`;
};
