import assert from 'node:assert/strict';
import type { QueueState } from '../../../src/domain';

const members = (ranges: readonly { from: number; to: number }[]): number[] =>
  ranges.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, i) => from + i));

/** A state by its members, so that two can be compared that cut their ranges differently. */
export const contentsOf = (state: QueueState) => ({
  ...state,
  pending: state.pending.flatMap((range) =>
    members([range]).map((index) => ({ index, since: range.since })),
  ),
  gaps: members(state.gaps),
  returned: members(state.returned),
  leases: [...state.leases].sort((a, b) => a.index - b.index),
});

/** What holds whatever was done to a queue. */
export function checkInvariants(state: QueueState): void {
  const { allocated, published, claimedTo, fetched, leases } = state;
  const { pending, gaps, returned } = contentsOf(state);
  assert.ok(fetched <= published && published <= allocated && allocated <= claimedTo);
  assert.ok(returned.every((index) => index <= fetched));
  const listed = [
    ...pending.map(({ index }) => index),
    ...gaps,
    ...returned,
    ...leases.map(({ index }) => index),
  ];
  assert.equal(new Set(listed).size, listed.length, 'an index is in two places');
  assert.ok(listed.every((index) => index <= allocated));
  assert.equal(new Set(leases.map(({ workerId }) => workerId)).size, leases.length);
  assert.equal(new Set(leases.map(({ leaseId }) => leaseId)).size, leases.length);
}
