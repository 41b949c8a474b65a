import type { Ablation } from './ablations';
import { FOUND, leftOut, leftOutInControl, scenarioOf } from './ablations';
import { search } from './search';

const STATES_MAX = 10_000;
const isLong = process.env['LONG'] === '1';

const named = (ablations: readonly Ablation[]) =>
  ablations.map((ablation) => [ablation.rule, ablation] as const);

test.each(named(FOUND))('without: %s, a promise is broken', (_, ablation) => {
  const { violation } = search(scenarioOf(ablation), leftOut(ablation), STATES_MAX);
  expect(violation).not.toBeNull();
});

/** Long: in the short search each scenario is searched with all rules, and less far. */
test.each(named(isLong ? FOUND : FOUND.filter(({ twin }) => twin)))(
  'with: %s, nothing is broken in the same scenario',
  (_, ablation) => {
    const { violation } = search(scenarioOf(ablation), leftOutInControl(ablation), STATES_MAX);
    expect(violation).toBeNull();
  },
);
