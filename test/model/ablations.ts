import type { Rule } from './rules';

/** Each of these rules, left out alone, breaks a promise in this scenario. */
export const FOUND: readonly (readonly [Rule, string])[] = [
  ['a confirmation rests on a look at the head', 'work beside a rebuild'],
  ['a rebuild waits out the epoch lease', 'work beside a rebuild'],
  ['a moved add appends again', 'an add beside a rebuild'],
  ['a lease known only from an older epoch is logged anew', 'a lease that the fold has missed'],
  ['what was decided in an older epoch is not applied in a newer one', 'a round beside a rewind'],
  ['publish of a gap is void', 'a gap in a segment that a rewind opens'],
  ['publish outside known is void', 'a gap in a segment that a rewind opens'],
  ['publish lists only what was pending', 'the sweep beside adds'],
  ['what is published below fetched is returned', 'the server is wiped'],
  ['only what is pending becomes a gap', 'a close beside a late add'],
  ['a close tests the epoch', 'a rewind beside retention'],
  ['a closed segment is forgotten in its epoch only', 'a close of a node with other calls'],
  ['the identity has the replication id', 'fail over and back'],
  ['segments are read after the raise', 'a gap whose Added lands'],
  ['allocated starts at claimed_to', 'a round of adds and fetches'],
  ['a claim passes over what is pending', 'the sweep beside adds'],
  ['a claim passes over what is leased', 'two rewinds of one task'],
  ['a rewind counts from allocated', 'two rewinds of one task'],
  ['a rewind opens segments again', 'a rewind over a closed segment'],
  ['a rewind in place needs known segments', 'a gap in a segment that a rewind opens'],
  ['a rewind keeps leases', 'two rewinds of one task'],
  ['a rewind tests the floor', 'a rewind beside retention'],
  ['retention tests the epoch', 'a rewind beside retention'],
  ['no ack acts on a lease of its own round', 'a round acks what it claims'],
];
