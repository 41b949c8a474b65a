import type { Epoch, IndexRange, PendingRange, QueueState, Segment } from '../../domain';
import { leasesOf } from './wire';

type Numbers = [number, number, number, number, number, number, number, number, number];

/** The reply of snapshot.lua as a state, in the order the fold has it. */
export function stateOfSnapshot(reply: unknown): QueueState {
  const [numbers, known, pending, gaps, returned, workers] = reply as [Numbers, ...string[][]];
  const [epoch, segmentSize, claimedTo, allocated, published, fetched, version, tokens, clock] =
    numbers;
  return {
    ...{ epoch: epoch as Epoch, segmentSize, claimedTo, allocated, published, fetched, version },
    tokens: tokens === 1,
    clock,
    known: (known ?? []).map((segment) => Number(segment) as Segment),
    pending: (pending ?? []).map(pendingOf),
    gaps: (gaps ?? []).map(rangeOf),
    leases: leasesOf(workers ?? []).sort((a, b) => a.fetchedAt - b.fetchedAt || a.index - b.index),
    returned: (returned ?? []).map(rangeOf),
  };
}

function rangeOf(member: string): IndexRange {
  const [from, to] = member.split(':');
  return { from: Number(from), to: Number(to) };
}

const pendingOf = (member: string): PendingRange => ({
  ...rangeOf(member),
  since: Number(member.split(':')[2]),
});
