import { FOUND } from './ablations';
import { Rules } from './rules';
import { SCENARIOS } from './scenarios';
import { search } from './search';

/** Long: each rule of which a violation is known. model.test.ts has some of them. */
const cases = process.env['LONG'] === '1' ? FOUND : FOUND.slice(0, 3);

test.each(cases)('without: %s, a promise is broken', (rule, name) => {
  const scenario = SCENARIOS.find((found) => found.name === name)!;
  expect(search(scenario, new Rules([rule]), 10_000).violation).not.toBeNull();
});
