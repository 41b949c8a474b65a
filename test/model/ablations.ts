import type { Rule } from './rules';
import { RULES, Rules } from './rules';
import type { Scenario } from './scenario';
import { SCENARIOS } from './scenarios';

/** Without the rule a promise is broken in this scenario. */
export interface Ablation {
  readonly rule: Rule;
  readonly scenario: string;
  /** Left out as well, since it covers for the rule. While the rule is kept, nothing breaks without it. */
  readonly twin?: Rule;
}

export const FOUND: readonly Ablation[] = [
  { rule: 'a confirmation rests on a look at the head', scenario: 'work beside a rebuild' },
  { rule: 'a rebuild waits out the epoch lease', scenario: 'work beside a rebuild' },
  { rule: 'a moved add appends again', scenario: 'an add beside a rebuild' },
  {
    rule: 'a lease known only from an older epoch is logged anew',
    scenario: 'a lease that the fold has missed',
  },
  {
    rule: 'a logged lease is confirmed before it is handed out',
    scenario: 'a lease is logged after the fold',
  },
  {
    rule: 'a moved ack is decided again',
    scenario: 'an ack beside a rebuild',
    twin: 'what was decided in an older epoch is not applied in a newer one',
  },
  {
    rule: 'what was decided in an older epoch is not applied in a newer one',
    scenario: 'a round beside a rewind',
  },
  { rule: 'publish of a gap is void', scenario: 'a gap in a segment that a rewind opens' },
  { rule: 'publish outside known is void', scenario: 'a gap in a segment that a rewind opens' },
  { rule: 'publish lists only what was pending', scenario: 'the sweep beside adds' },
  { rule: 'what is published below fetched is returned', scenario: 'the server is wiped' },
  {
    rule: 'only what is pending becomes a gap',
    scenario: 'the sweep beside an add that is paused for longer than its budget',
    twin: 'the sweep leaves adds at work alone',
  },
  { rule: 'the sweep publishes what is in the log', scenario: 'the sweep beside one add' },
  { rule: 'the sweep leaves adds at work alone', scenario: 'the sweep beside one add' },
  { rule: 'a close tests the epoch', scenario: 'a rewind beside retention' },
  {
    rule: 'a closed segment is forgotten in its epoch only',
    scenario: 'a close of a node with other calls',
  },
  { rule: 'the identity has the replication id', scenario: 'fail over and back' },
  {
    rule: 'a restore tests the identity',
    scenario: 'another has raised and opened, then a wipe',
    twin: 'raised_by decides an unknown raise',
  },
  {
    rule: 'the first state tests the identity',
    scenario: 'two first adds and a wipe',
    twin: 'only the creator opens the first state',
  },
  { rule: 'only the creator opens the first state', scenario: 'two first adds and a flush' },
  {
    rule: 'a restore tests the epoch',
    scenario: 'another has raised and opened',
    twin: 'raised_by decides an unknown raise',
  },
  {
    rule: 'raised_by decides an unknown raise',
    scenario: 'another has raised and opened, then a flush',
  },
  {
    rule: 'raised_by is new for each attempt',
    scenario: 'the second raise of a rebuild is of unknown outcome',
  },
  { rule: 'head changes test claimed_to', scenario: 'segments are claimed' },
  {
    rule: 'a claim tests the epoch',
    scenario: 'a claim of an older epoch',
    twin: 'head changes test claimed_to',
  },
  { rule: 'segments are read after the raise', scenario: 'a gap whose Added lands' },
  { rule: 'allocated starts at claimed_to', scenario: 'a round of adds and fetches' },
  { rule: 'holes are restored as pending', scenario: 'an add beside a rebuild' },
  {
    rule: 'fetched starts at the last added of closed segments',
    scenario: 'a late add in a closed segment',
    twin: 'a claim passes over what is not known',
  },
  {
    rule: 'the fold counts returned tasks as fetched',
    scenario: 'a task that was given back is folded',
  },
  { rule: 'a claim passes over what is pending', scenario: 'the sweep beside adds' },
  { rule: 'a claim passes over what is not known', scenario: 'a segment of gaps is closed' },
  { rule: 'a claim passes over what is leased', scenario: 'two rewinds of one task' },
  {
    rule: 'a lease that ran out is renewed under a new id',
    scenario: 'a lease is renewed beside its recovery',
  },
  {
    rule: 'a value whose lease is over is not handed out',
    scenario: 'a fetch is slower than its lease',
  },
  { rule: 'settle goes by task', scenario: 'an ack beside another lease' },
  { rule: 'returned goes by lease', scenario: 'a lease is taken over beside its recovery' },
  {
    rule: 'a recovered task is returned only below fetched',
    scenario: 'a lease above a rewind is recovered',
  },
  { rule: 'a rewind counts from allocated', scenario: 'two rewinds of one task' },
  { rule: 'a rewind opens segments again', scenario: 'a rewind over a closed segment' },
  {
    rule: 'a rewind in place needs open segments',
    scenario: 'a rewind over a closed gap',
    twin: 'a rewind in place needs known segments',
  },
  {
    rule: 'a rewind in place needs known segments',
    scenario: 'a gap in a segment that a rewind opens',
  },
  {
    rule: 'a rewind in place makes segments known',
    scenario: 'a segment is closed while a rewind is decided',
    twin: 'a rewind in place needs known segments',
  },
  { rule: 'a rewind keeps leases', scenario: 'two rewinds of one task' },
  { rule: 'a rewind forgets what is returned', scenario: 'a rewind over a returned task' },
  { rule: 'a rewind tests the floor', scenario: 'a rewind beside retention' },
  { rule: 'covered rewinds are kept', scenario: 'a lease between two rewinds' },
  { rule: 'retention tests the epoch', scenario: 'a rewind beside retention' },
  {
    rule: 'rewinds are those of the epoch',
    scenario: 'an acked task is taken over beside a rewind',
  },
  { rule: 'an ack names its lease', scenario: 'an ack of a lease that was taken over' },
  { rule: 'no ack acts on a lease of its own round', scenario: 'a round acks what it claims' },
];

/** Nothing breaks without these: README.md says why. */
export const NOT_FOUND: readonly Rule[] = RULES.filter(
  (rule) => !FOUND.some((found) => found.rule === rule),
);

export const leftOut = ({ rule, twin }: Ablation): Rules => new Rules(twin ? [twin, rule] : [rule]);
export const leftOutInControl = ({ twin }: Ablation): Rules => new Rules(twin ? [twin] : []);

export function scenarioOf({ scenario: wanted }: Ablation): Scenario {
  const scenario = SCENARIOS.find(({ name }) => name === wanted);
  if (!scenario) throw new Error(`there is no scenario '${wanted}'`);
  return scenario;
}
