/** What goes wrong in histories, each counted when it takes effect. */
export const FAULT_KINDS = [
  'node crashed',
  'node crashed with calls under way',
  'node paused',
  'node paused beyond a lease',
  'node paused beyond the epoch lease',
  'answer of a call lost',
  'answer of an append lost',
  'call refused',
  'call never sent',
  'append given up by its caller',
  'append landed after its caller gave up',
  'append never landed',
  'call done after its node died',
  'call timed out',
  'projection wiped',
  'projection restarted',
  'projection set back',
  'projection split',
  'projection joined',
  'clock jumped ahead',
  'clock jumped back',
  'lease ran out',
  'node clocks differ',
  'rebuilders at once',
  'segment closed',
  'segment dropped',
  'queue rewound',
  'queue rebuilt',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export class FaultCounts {
  readonly counts = new Map<FaultKind, number>(FAULT_KINDS.map((kind) => [kind, 0]));

  fired(kind: FaultKind, times = 1): void {
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + times);
  }

  add(others: Iterable<readonly [FaultKind, number]>): void {
    for (const [kind, times] of others) this.fired(kind, times);
  }
}
