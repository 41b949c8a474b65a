import type { Action } from './actions';
import { actionsOf } from './actions';
import { keyOf } from './key';
import { checkAgreement, checkNothingLost } from './promises';
import type { Rules } from './rules';
import type { Scenario } from './scenario';
import { startOf } from './scenarios';
import type { World } from './world';
import { copyOf } from './world';

export interface Found {
  readonly states: number;
  /** Nothing was left to be visited. */
  readonly complete: boolean;
  readonly steps: number;
  readonly violation: Violation | null;
  /** How often each action was taken. */
  readonly taken: ReadonlyMap<string, number>;
}

export interface Violation {
  readonly text: string;
  readonly trace: readonly string[];
}

/** Breadth first, so the first trace that breaks a promise is a shortest one. */
export function search(scenario: Scenario, rules: Rules, statesMax: number): Found {
  const start = startOf(scenario);
  const seen = new Set([keyOf(start)]);
  const parents = [-1];
  const labels = [''];
  const taken = new Map<string, number>();
  let steps = 0;
  let frontier = [{ number: 0, world: start }];
  const traceTo = (number: number): string[] => {
    const trace: string[] = [];
    for (let at = number; at > 0; at = parents[at]!) trace.push(labels[at]!);
    return trace.reverse();
  };
  while (frontier.length > 0) {
    const next: typeof frontier = [];
    for (const { number, world } of frontier) {
      for (const action of actionsOf(world, scenario)) {
        const done = take(world, action, rules);
        if (!done) continue;
        steps++;
        count(taken, action.name);
        const key = keyOf(done.world);
        const isNew = !seen.has(key);
        if (!isNew && done.broken.length === 0) continue;
        seen.add(key);
        const own = parents.push(number) - 1;
        labels.push(done.label);
        const [text] = done.broken;
        if (text !== undefined) {
          const violation = { text, trace: traceTo(own) };
          return { states: seen.size, complete: false, steps, violation, taken };
        }
        next.push({ number: own, world: done.world });
      }
      if (seen.size >= statesMax)
        return { states: seen.size, complete: false, steps, violation: null, taken };
    }
    frontier = next;
  }
  return { states: seen.size, complete: true, steps, violation: null, taken };
}

/** A world after one action, with what that broke; null: it cannot happen. */
export function take(before: World, action: Action, rules: Rules) {
  const world = copyOf(before);
  const broken: string[] = [];
  const note = (text: string): void => void broken.push(text);
  const text = action.run({ world, rules, broken: note });
  if (text === null) return null;
  world.nodes = world.nodes.filter(({ commands, batches }) => commands.length + batches.length > 0);
  world.jobs = world.jobs.filter(({ step }) => step !== 'done');
  if (world.nodes.length + world.jobs.length === 0) {
    checkNothingLost(world, rules, note);
    checkAgreement(world, note);
  }
  return { world, broken, label: `${action.who}: ${text}` };
}

export const count = (taken: Map<string, number>, name: string): void =>
  void taken.set(name, (taken.get(name) ?? 0) + 1);
