/**
 * What the code does to keep its promises, each as a rule that can be left out alone. A rule of
 * docs/rules.md that is not here is either not about the order of steps or below what the model sees.
 */
export const RULES = [
  // [F1]
  'a confirmation rests on a look at the head',
  'a rebuild waits out the epoch lease',
  'a moved add appends again',
  'a lease known only from an older epoch is logged anew',
  'a logged lease is confirmed before it is handed out',
  'a moved ack is decided again',
  'what was decided in an older epoch is not applied in a newer one',
  // [F2]
  'publish of a gap is void',
  'publish outside known is void',
  'publish lists only what was pending',
  'what is published below fetched is returned',
  'only what is pending becomes a gap',
  'the sweep publishes what is in the log',
  'the sweep leaves adds at work alone',
  'a close tests the epoch',
  'a close takes only final gaps for done',
  'a closed segment is forgotten in its epoch only',
  // [F3]
  'the identity has the replication id',
  'a restore tests the identity',
  'the first state tests the identity',
  'only the creator opens the first state',
  // [F4]
  'a restore tests the epoch',
  'a rebuild shuts the old epoch',
  'raised_by decides an unknown raise',
  'raised_by is new for each attempt',
  'head changes test claimed_to',
  'a claim tests the epoch',
  'segments are read after the raise',
  'allocated starts at claimed_to',
  'holes are restored as pending',
  'fetched starts at the last added of closed segments',
  'the fold counts returned tasks as fetched',
  // claims and leases
  'a claim passes over what is pending',
  'a claim passes over what is not known',
  'a claim passes over what is leased',
  'a lease that ran out is renewed under a new id',
  'a value whose lease is over is not handed out',
  'another lease in the log is recovered first',
  'settle goes by task',
  'a hole goes by lease',
  'returned goes by lease',
  'a recovered task is returned only below fetched',
  // [F5]
  'a rewind counts from allocated',
  'a rewind opens segments again',
  'a rewind in place needs open segments',
  'a rewind in place needs known segments',
  'a rewind in place makes segments known',
  'a rewind keeps leases',
  'a rewind forgets what is returned',
  'a rewind tests the floor',
  'covered rewinds are kept',
  'retention tests the epoch',
  'rewinds are those of the epoch',
  // [F6]
  'an ack names its lease',
  'no ack acts on a lease of its own round',
  'an ack asks again after activity.completed',
] as const;

export type Rule = (typeof RULES)[number];

export class Rules {
  private readonly left: ReadonlySet<Rule>;

  constructor(leftOut: readonly Rule[] = []) {
    this.left = new Set(leftOut);
  }

  keeps(rule: Rule): boolean {
    return !this.left.has(rule);
  }
}
