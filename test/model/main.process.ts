import { FOUND, leftOut, leftOutInControl, NOT_FOUND, scenarioOf } from './ablations';
import { Rules } from './rules';
import { BIG, SCENARIOS } from './scenarios';
import type { Found } from './search';
import { search } from './search';
import { walk } from './walk';

/** npm run model -- [--ablate] [--states N] [--seed N] [--steps N] [--only words] (README.md). */
const option = (name: string, otherwise: string): string => {
  const at = process.argv.indexOf(`--${name}`);
  return (at < 0 ? undefined : process.argv[at + 1]) ?? otherwise;
};
const statesMax = Number(option('states', '20000'));
const seed = Number(option('seed', '7'));
const stepsMax = Number(option('steps', '20000'));
const only = option('only', '');
const scenarios = SCENARIOS.filter(({ name }) => name.includes(only));

const say = (name: string, { states, complete, violation }: Found, since: number): void => {
  const seconds = (performance.now() - since) / 1000;
  const how = complete ? 'all' : 'cut';
  console.log(`${name}: ${states} states (${how}), ${Math.round(states / seconds)}/s`);
  if (violation) console.log(`  ${violation.text}\n    ${violation.trace.join('\n    ')}`);
};

/** Each rule in the scenario that is known to need it, then the others in all of them. */
function ablate(): void {
  for (const ablation of FOUND.filter(({ rule }) => rule.includes(only))) {
    const { rule, scenario, twin } = ablation;
    const since = performance.now();
    const outcome = search(scenarioOf(ablation), leftOut(ablation), statesMax);
    say(`without '${rule}'${twin ? ` and '${twin}'` : ''}: ${scenario}`, outcome, since);
    const control = search(scenarioOf(ablation), leftOutInControl(ablation), statesMax);
    if (!outcome.violation) console.log('  NOTHING IS BROKEN, though a violation was known');
    if (control.violation) console.log(`  BROKEN WITH THE RULE AS WELL: ${control.violation.text}`);
    if (!outcome.violation || control.violation) process.exitCode = 1;
  }
  for (const rule of NOT_FOUND.filter((found) => found.includes(only))) {
    const since = performance.now();
    const broken = SCENARIOS.map((scenario) => ({
      name: scenario.name,
      outcome: search(scenario, new Rules([rule]), statesMax),
    })).find(({ outcome }) => outcome.violation);
    if (broken)
      say(`without '${rule}', which was not known: ${broken.name}`, broken.outcome, since);
    else console.log(`without '${rule}': nothing breaks in ${statesMax} states of each scenario`);
  }
}

if (process.argv.includes('--ablate')) {
  ablate();
} else {
  for (const scenario of scenarios) {
    const since = performance.now();
    const outcome = search(scenario, new Rules(), statesMax);
    say(scenario.name, outcome, since);
    if (outcome.violation) process.exitCode = 1;
  }
  for (const scenario of BIG) {
    const since = performance.now();
    const outcome = walk(scenario, new Rules(), { seed, stepsMax });
    say(`${scenario.name} (seed ${seed})`, outcome, since);
    if (outcome.violation) process.exitCode = 1;
  }
}
