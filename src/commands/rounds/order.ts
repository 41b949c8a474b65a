import type { Operation } from '../../domain';
import type { Running } from './running';

/** Operations of one round, in the order in which the commands of a round must see each other. */
const ORDER: readonly (readonly Operation['do'][])[] = [
  // What was logged comes before anything new is decided.
  ['publish', 'settle', 'returned', 'hole', 'markGap', 'extend', 'closeSegment'],
  // Before claim: no ack acts on a lease claimed in its own round.
  ['holding'],
  ['claim'],
  ['reserve'],
  ['expired', 'stalePending', 'closable', 'info'],
];
const RANKS = new Map(ORDER.flatMap((kinds, rank) => kinds.map((kind) => [kind, rank] as const)));

const rankOf = ({ operations: [first] }: Running): number =>
  first ? (RANKS.get(first.do) ?? 0) : 0;

/** Commands in the order of their operations; of one kind, in the order they came. */
export function inOrder(commands: readonly Running[]): Running[] {
  const ranked: Running[][] = ORDER.map(() => []);
  for (const running of commands) ranked[rankOf(running)]?.push(running);
  return ranked.flat();
}
