import { actionsOf } from './actions';
import { checkNothingLost } from './promises';
import type { Rules } from './rules';
import type { Scenario } from './scenario';
import { startOf } from './scenarios';
import type { Found, Violation } from './search';
import { count, take } from './search';

const DEPTH_MAX = 150;

/** Random walks until so many steps were taken; the same seed takes the same steps. */
export function walk(
  scenario: Scenario,
  rules: Rules,
  { seed, stepsMax }: { seed: number; stepsMax: number },
): Found {
  const random = randomOf(seed);
  const taken = new Map<string, number>();
  let steps = 0;
  while (steps < stepsMax) {
    let world = startOf(scenario);
    const trace: string[] = [];
    while (trace.length < DEPTH_MAX) {
      const actions = actionsOf(world, scenario);
      let done: ReturnType<typeof take> = null;
      while (actions.length > 0 && !done) {
        const [action] = actions.splice(random(actions.length), 1);
        done = take(world, action!, rules);
        if (done) count(taken, action!.name);
      }
      if (!done) break;
      steps++;
      ({ world } = done);
      trace.push(done.label);
      const { broken } = done;
      if (random(4) === 0) checkNothingLost(world, rules, (text) => void broken.push(text));
      const [text] = broken;
      const violation: Violation | null = text === undefined ? null : { text, trace };
      if (violation) return { states: steps, complete: false, steps, violation, taken };
    }
  }
  return { states: steps, complete: false, steps, violation: null, taken };
}

function randomOf(seed: number): (below: number) => number {
  let x = seed | 0 || 1;
  return (below) => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) % below;
  };
}
