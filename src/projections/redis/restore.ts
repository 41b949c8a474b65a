import { randomUUID } from 'node:crypto';
import type { Cluster, Redis } from 'ioredis';
import type { IndexRange, QueueState } from '../../domain';
import { ProjectionUnavailable } from '../../domain';
import { PARTS, type Part, type QueueKeys } from './keys';
import { packLease } from './wire';

/** What is written at once; each page is one command. */
const PAGE = 500;
/** Twice the time a rebuild may take; what a rebuild that died has staged is gone then. */
const STAGED_MS = 600_000;

/** Flat: score and member of a zset, field and value of the hash. */
type Entries = readonly (string | number)[];

const entriesOf: { readonly [P in Part]: (state: QueueState) => Entries } = {
  pending: ({ pending }) =>
    pending.flatMap(({ from, to, since }) => [to, `${rangeMember({ from, to })}:${String(since)}`]),
  gaps: ({ gaps }) => gaps.flatMap((range) => [range.to, rangeMember(range)]),
  returned: ({ returned }) => returned.flatMap((range) => [range.to, rangeMember(range)]),
  known: ({ known }) => known.flatMap((segment) => [segment, String(segment)]),
  workers: ({ leases }) => leases.flatMap((lease) => [lease.workerId, packLease(lease)]),
  tasks: ({ leases }) => leases.flatMap(({ index, workerId }) => [index, workerId]),
  until: ({ leases }) => leases.flatMap((lease) => [lease.leaseUntil, agedMember(lease)]),
  since: () => [], // kept from when it is first asked for
};

const rangeMember = ({ from, to }: IndexRange): string => `${String(from)}:${String(to)}`;
const agedMember = ({ index, workerId }: QueueState['leases'][number]): string =>
  String(index).padStart(16, '0') + workerId;

/** Writes the parts beside the queue, in pages. `switchTo`: keys and arguments of restore.lua. */
export async function stage(
  client: Redis | Cluster,
  keys: QueueKeys,
  identity: string,
  state: QueueState,
  offsetMs: number,
) {
  const staged = keys.staged(state.epoch, randomUUID());
  const parts = PARTS.map((part, i) => ({
    part,
    key: staged[i] as string,
    entries: entriesOf[part](state),
  }));
  for (const { part, key, entries } of parts) {
    for (let at = 0; at < entries.length; at += 2 * PAGE) {
      const page = entries.slice(at, at + 2 * PAGE);
      await (part === 'workers'
        ? client.hset(key, ...page)
        : client.zadd(key, ...page.map(String)));
      if ((await client.pexpire(key, STAGED_MS)) !== 1) throw incomplete();
    }
  }
  const { epoch, segmentSize, claimedTo, allocated, published, fetched } = state;
  return {
    keys: [...keys.all, ...staged] as const,
    args: [
      ...[identity, offsetMs],
      ...[epoch, segmentSize, claimedTo, allocated, published, fetched],
      ...[state.version, state.tokens ? 1 : 0, state.clock],
      ...parts.map(({ entries }) => entries.length / 2),
    ],
  };
}

export const incomplete = (): ProjectionUnavailable =>
  new ProjectionUnavailable('What was staged for the new state is not all there any more');
