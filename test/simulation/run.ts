import { end } from './ending';
import type { FaultKind } from './faults';
import { History } from './history';
import { onMachines } from './machine';
import type { Move, Plan, Setting } from './moves';
import type { Sabotage } from './world';
import { World } from './world';

/** What came of a history. */
export interface Outcome {
  readonly violation: string | null;
  readonly hash: string;
  readonly moves: readonly Move[];
  readonly steps: number;
  readonly faults: ReadonlyMap<FaultKind, number>;
  readonly lines: readonly string[];
}

/** Chooses the next move by what is under way; null: that was all. */
export type Scheduler = (history: History) => Move | null;

interface Options {
  readonly sabotage?: Sabotage;
  readonly isTold?: boolean;
}

/** Runs a history to its end, which a fresh node that takes all there is decides. */
export const run = (
  setting: Setting,
  next: Scheduler,
  { sabotage = {}, isTold = false }: Options = {},
): Promise<Outcome> =>
  onMachines(async () => {
    const world = await World.start(setting, sabotage, isTold);
    const history = new History(world);
    for (let move = next(history); move && !world.broken; move = next(history)) {
      history.moves.push(move);
      await history.make(move);
    }
    world.trace.note('end', () => 'all nodes go on and finish; then a fresh one drains the queue');
    if (!world.broken) await end(history);
    return {
      violation: world.broken && world.broken.message,
      hash: world.trace.hash,
      moves: history.moves,
      steps: world.step,
      faults: world.faults.counts,
      lines: world.trace.lines,
    };
  });

/** Makes the moves of a plan. */
export function replay({ setting, moves }: Plan, options: Options = {}): Promise<Outcome> {
  let at = 0;
  return run(setting, () => moves[at++] ?? null, options);
}
