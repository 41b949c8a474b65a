import { RULES, Rules } from './rules';
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

if (process.argv.includes('--ablate')) {
  for (const rule of RULES.filter((found) => found.includes(only))) {
    const since = performance.now();
    const broken = SCENARIOS.map((scenario) => ({
      name: scenario.name,
      run: () => search(scenario, new Rules([rule]), statesMax),
    }));
    let found = false;
    for (const { name, run } of broken) {
      const outcome = run();
      if (!outcome.violation) continue;
      say(`without '${rule}': ${name}`, outcome, since);
      found = true;
      break;
    }
    if (!found)
      console.log(`without '${rule}': NOTHING FOUND in ${statesMax} states of each scenario`);
  }
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
