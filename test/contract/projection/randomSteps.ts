import fc from 'fast-check';
import type { Lease, Operation } from '../../../src/domain';
import { segmentOf } from '../../../src/domain';
import * as op from './operations';
import type { Reference } from './reference';

/** Something to do, still without the indices and leases it goes for: these depend on what there is. */
interface Wish {
  readonly kind: Operation['do'];
  readonly pick: number;
  readonly size: number;
  readonly worker: string;
  readonly byCaller: boolean;
}

export type Step =
  | { readonly type: 'round'; readonly wishes: readonly Wish[] }
  | { readonly type: 'pass'; readonly ms: number }
  | { readonly type: 'rewind'; readonly pick: number }
  | { readonly type: 'reopen' };

const TIMES_MS = [0, 1000, 10_000, 60_000];

const kind = fc.constantFrom<Operation['do']>(
  // often: what makes up the life of a task
  ...(['reserve', 'reserve', 'reserve', 'publish', 'publish', 'publish'] as const),
  ...(['claim', 'claim', 'claim', 'holding', 'settle', 'returned', 'expired', 'extend'] as const),
  ...(['hole', 'markGap', 'closeSegment', 'stalePending', 'closable', 'info'] as const),
);

const wish: fc.Arbitrary<Wish> = fc.record({
  kind,
  pick: fc.nat(999),
  size: fc.nat(5),
  worker: fc.constantFrom('__proto__', 'INDEX', 'constructor', 'FETCHED', 'ünïcødé 😀', 'w'),
  byCaller: fc.boolean(),
});

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      type: fc.constant('round' as const),
      wishes: fc.array(wish, { maxLength: 8 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('pass' as const),
      ms: fc.constantFrom(1, 999, 4000, 5000, 30_000, 100_000, -3000, -60_000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant('rewind' as const), pick: fc.nat(999) }),
  },
  { weight: 1, arbitrary: fc.constant({ type: 'reopen' as const }) },
);

export const steps = fc.array(step, { minLength: 5, maxLength: 60, size: 'max' });

/** The operation that a wish is, given what there is: mostly one that does something. */
export function operationOf(
  { kind, pick, size, worker, byCaller }: Wish,
  reference: Reference,
): Operation {
  const { allocated, segmentSize, claimedTo, pending, leases } = reference;
  const anyIndex = 1 + (pick % (allocated + 2));
  const lease: Pick<Lease, 'index' | 'leaseId'> = leases[pick % (leases.length + 1)] ?? {
    index: anyIndex as Lease['index'],
    leaseId: `${String(anyIndex)}.1.1` as Lease['leaseId'],
  };
  const ms = TIMES_MS[size % TIMES_MS.length] ?? 0;
  switch (kind) {
    case 'reserve':
      return op.reserve;
    case 'publish':
      return op.publish([...pending.keys()][pick % (pending.size + 1)] ?? anyIndex, pick % 9 === 0);
    case 'settle':
      return op.settle(byCaller ? lease.index : anyIndex);
    case 'returned':
      return op.returned(lease);
    case 'hole':
      return op.hole(lease);
    case 'markGap':
      return op.markGap(anyIndex, anyIndex + size);
    case 'extend':
      return op.extend(claimedTo + (pick % 3) * segmentSize);
    case 'closeSegment':
      return op.closeSegment(segmentOf(anyIndex, segmentSize));
    case 'holding':
      return op.holding(worker, pick % 3 === 0 ? lease.leaseId : null);
    case 'claim':
      return op.claim(worker, ms, byCaller ? 'caller' : 'lease');
    case 'expired':
      return op.expired(size);
    case 'stalePending':
      return op.stalePending(ms, size);
    case 'closable':
      return op.closable(size);
    case 'info':
      return op.info(size);
  }
}
