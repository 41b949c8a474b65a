import { ARRANGED } from './arranged';
import { FAULTS } from './scenario';
import { Rules } from './rules';
import { BIG, SCENARIOS } from './scenarios';
import type { Found } from './search';
import { search } from './search';
import { walk } from './walk';

/** A short search of the protocol model (README.md); npm run model searches further. */

const STATES_MAX = 1_000;
const STEPS = 4_000;
const SEED = Number(process.env['SEED'] ?? 7);
/** Those that are smaller than the bound. */
const SMALL: Readonly<Record<string, number>> = {
  'an add beside a rebuild': 60,
  'work beside a rebuild': 500,
  'a gap whose Added lands': 400,
  'a close of a node with other calls': 500,
  'a round acks what it claims': 10,
  'a round beside a rewind': 500,
};
/** Many of them are small; ablations.test.ts shows that each can fail. */
const ARRANGED_MIN = 9;
const ALL = new Rules();
const taken = new Set<string>();
const told: string[] = [];

const note = (name: string, found: Found): void => {
  for (const action of found.taken.keys()) taken.add(action);
  told.push(`${name}: ${found.states}${found.complete ? ' (all)' : ''}`);
};
const unbroken = ({ violation }: Found): string =>
  violation ? [violation.text, ...violation.trace].join('\n') : '';

test.each(SCENARIOS.map((scenario) => [scenario.name, scenario] as const))(
  '%s breaks no promise',
  (name, scenario) => {
    const found = search(scenario, ALL, STATES_MAX);
    note(name, found);
    expect(unbroken(found)).toBe('');
    const min = ARRANGED.includes(scenario) ? ARRANGED_MIN : STATES_MAX;
    expect(found.states).toBeGreaterThanOrEqual(SMALL[name] ?? min);
  },
);

test.each(BIG.map((scenario) => [scenario.name, scenario] as const))(
  `%s: random walks of seed ${SEED} break no promise`,
  (name, scenario) => {
    const found = walk(scenario, ALL, { seed: SEED, stepsMax: STEPS });
    note(name, found);
    expect(unbroken(found)).toBe('');
    expect(found.steps).toBeGreaterThanOrEqual(STEPS);
  },
);

test('every fault and every kind of step was taken', () => {
  const steps = ['add', 'fetch', 'ack', 'recover', 'sweep', 'close'].map(
    (kind) => `starts ${kind}`,
  );
  const jobs = ['rebuild', 'rewind', 'retain', 'create'].map((kind) => `starts ${kind}`);
  const others = [
    ...[
      'add readHead',
      'add claimSegment',
      'ack completed',
      'fetch handOut',
      'close scan',
      'close close',
      'close closed',
    ],
    ...[
      'rebuild shut',
      'rebuild raise',
      'rebuild mine',
      'rebuild wait',
      'rebuild segments',
      'rebuild scan',
      'rebuild restore',
    ],
    ...['rewind segments', 'rewind write', 'rewind open', 'rewind mine', 'rewind identity'],
    ...['retain write', 'retain delete', 'retain mark', 'create write', 'create restore'],
    ...['look', 'append of add refused', 'a late append lands', 'a lease runs out'],
  ];
  const wanted = [...steps, ...jobs, ...others, ...FAULTS.map((kind) => `fault: ${kind}`)];
  expect(wanted.filter((name) => !taken.has(name))).toEqual([]);
  console.info(`states visited, seed ${SEED}\n${told.join('\n')}`);
});
