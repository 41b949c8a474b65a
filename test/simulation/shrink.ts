import type { Outcome } from './run';
import { replay } from './run';
import type { Move, Plan } from './moves';
import type { Sabotage } from './world';

const RUNS_MAX = 3_000;

/**
 * A shorter history that breaks the same promise: takes out moves, first many at once, then one by one,
 * then single actions of a move, and makes calls that fail go well, for as long as it still breaks.
 */
export async function shrink(plan: Plan, violation: string, sabotage: Sabotage): Promise<Plan> {
  const promise = promiseOf(violation);
  let runs = 0;
  let best = plan.moves;
  const better = async (moves: readonly Move[]): Promise<boolean> => {
    if (runs++ >= RUNS_MAX) return false;
    const { violation: found } = await replay({ ...plan, moves }, { sabotage });
    if (found === null || promiseOf(found) !== promise) return false;
    best = moves;
    return true;
  };

  for (let size = best.length >> 1; size >= 1; size = size >> 1) {
    for (let from = 0; from < best.length;) {
      const without = [...best.slice(0, from), ...best.slice(from + size)];
      if (!(await better(without))) from += size;
    }
  }
  for (let at = 0; at < best.length; at++) {
    for (const simpler of simplerThan(best[at] as Move)) {
      await better(best.map((move, i) => (i === at ? simpler : move)));
    }
  }
  return { ...plan, moves: best };
}

const promiseOf = (violation: string): string => violation.split(':')[0] ?? violation;

function simplerThan(move: Move): Move[] {
  if (move.do === 'start' && move.actions.length > 1) {
    return move.actions.map((action) => ({ ...move, actions: [action] }));
  }
  return move.do === 'step' && move.fate !== 'done' ? [{ ...move, fate: 'done' }] : [];
}

/** What is short enough to be read: the moves that are left, and what clients were told. */
export async function story(plan: Plan, sabotage: Sabotage): Promise<Outcome> {
  return replay(plan, { sabotage, isTold: true });
}
