import fc from 'fast-check';
import type { Lease } from '../../../../src/domain';
import type { HeldLease } from '../../../../src/projections/memory/heldLease';
import { LeaseOrder } from '../../../../src/projections/memory/leaseOrder';

const held = (index: number, leaseUntil: number): HeldLease => ({
  lease: { index, leaseUntil } as Lease,
  madeIn: 0,
  askedIn: 0,
  live: true,
});
const byAge = (a: HeldLease, b: HeldLease): number =>
  a.lease.leaseUntil - b.lease.leaseUntil || a.lease.index - b.lease.index;

describe('a LeaseOrder', () => {
  const change = fc.oneof(
    fc.record({ type: fc.constant('add' as const), n: fc.nat(50) }),
    fc.record({ type: fc.constant('end' as const), n: fc.nat(9999) }),
    fc.record({ type: fc.constant('ask' as const), n: fc.nat(9999) }),
    fc.record({ type: fc.constant('look' as const), n: fc.nat(60) }),
    fc.record({ type: fc.constant('endRound' as const), n: fc.constant(0) }),
  );

  it('finds what sorting finds, however many leases have ended', () => {
    const changes = fc.array(change, { minLength: 50, maxLength: 600, size: 'max' });
    const holds = fc.property(changes, (taken) => {
      const order = new LeaseOrder(({ leaseUntil }) => leaseUntil);
      let live: HeldLease[] = [];
      let round = 1;
      taken.forEach(({ type, n }, i) => {
        const some = live[n % live.length];
        if (type === 'add') {
          const lease = held(i, n);
          live.push(lease);
          order.add(lease);
        } else if (type === 'end' && some) {
          some.live = false;
          live = live.filter((lease) => lease !== some);
          order.ended();
        } else if (type === 'ask' && some) some.askedIn = round;
        else if (type === 'endRound') {
          order.endRound();
          round += 1;
        } else if (type === 'look') {
          const found = live
            .filter(({ lease, askedIn }) => lease.leaseUntil <= n && askedIn !== round)
            .sort(byAge);
          expect(order.oldest(n, round)).toBe(found[0]);
          expect(order.oldestFirst(n, round, n)).toEqual(found.slice(0, n));
        }
      });
    });
    fc.assert(holds);
  });

  it('keeps the others in order when it forgets many that have ended', () => {
    const times = fc.array(fc.nat(1000), { minLength: 200, maxLength: 300 });
    const holds = fc.property(times, fc.integer({ min: 2, max: 9 }), (ages, every) => {
      const order = new LeaseOrder(({ leaseUntil }) => leaseUntil);
      const all = ages.map((age, i) => held(i, age));
      for (const lease of all) order.add(lease);
      for (const [i, lease] of all.entries()) {
        if (i % every === 0) continue;
        lease.live = false;
        order.ended();
      }
      const live = all.filter((lease) => lease.live).sort(byAge);
      expect(order.oldestFirst(Infinity, 1, all.length)).toEqual(live);
    });
    fc.assert(holds);
  });

  it('keeps few that have ended, although nobody asks for the oldest', () => {
    const order = new LeaseOrder(({ leaseUntil }) => leaseUntil);
    let longest = 0;
    for (let i = 0; i < 100_000; i++) {
      const lease = held(i, i);
      order.add(lease);
      if (i < 99_900) {
        lease.live = false;
        order.ended();
      }
      longest = Math.max(longest, order['heap'].length);
    }
    expect(longest).toBeLessThan(200);
    expect(order.oldestFirst(Infinity, 1, 1000)).toHaveLength(100);
  });
});
