import type { Client } from 'cassandra-driver';
import { types } from 'cassandra-driver';
import type { Look } from '../../../../src/log/cassandra/looks';
import { EPOCH_LEASE_MS, Looks, vouchesFor } from '../../../../src/log/cassandra/looks';
import { tablesIn } from '../../../../src/log/cassandra/schema';
import { Session } from '../../../../src/log/cassandra/session';
import { statementsOn } from '../../../../src/log/cassandra/statements';
import { epoch, queueOf } from '../../../support/rows';

/** Looks through a driver that answers when it is told to, by a clock that the test moves. */
function lookout(cacheMax?: number) {
  const clock = { monotonicMs: 5000, wallMs: 70_000 };
  const asked: ((inEpoch: number) => void)[] = [];
  const execute = () =>
    new Promise((resolve) =>
      asked.push((inEpoch) => {
        const claimed_to = types.Long.fromNumber(8);
        resolve({ rows: [{ epoch: inEpoch, claimed_to, segment_size: 8 }] });
      }),
    );
  const session = new Session({ execute } as unknown as Client, false);
  const statements = statementsOn(tablesIn('any'));
  const looks = new Looks(session, statements, () => ({ ...clock }), cacheMax);
  const pass = (monotonicMs: number, wallMs = monotonicMs): void => {
    clock.monotonicMs += monotonicMs;
    clock.wallMs += wallMs;
  };
  return { looks, asked, pass, now: () => ({ ...clock }) };
}

const queue = queueOf('owner', 'service');

describe('renew', () => {
  /** Has begun to look 1 ms ago, and seen epoch 1. */
  const renewed = async (): Promise<ReturnType<typeof lookout>> => {
    const node = lookout();
    node.looks.renew(queue, epoch(1));
    node.pass(1);
    node.looks.renew(queue, epoch(1));
    expect(node.asked).toHaveLength(1);
    node.asked[0]?.(1);
    expect((await node.looks.latest(queue))?.epoch).toBe(1);
    return node;
  };

  it('begins one look, and no other within the lease', async () => {
    const { looks, asked, pass } = await renewed();
    pass(EPOCH_LEASE_MS - 2);
    looks.renew(queue, epoch(1));
    expect(asked).toHaveLength(1);
  });

  it.each([
    ['both clocks', EPOCH_LEASE_MS - 1, EPOCH_LEASE_MS - 1],
    ['the monotonic clock', EPOCH_LEASE_MS - 1, -60_000],
    ['the wall clock', 0, EPOCH_LEASE_MS - 1],
  ])('begins another after the lease by %s', async (_, monotonicMs, wallMs) => {
    const { looks, asked, pass } = await renewed();
    pass(monotonicMs, wallMs);
    looks.renew(queue, epoch(1));
    expect(asked).toHaveLength(2);
  });

  it('begins another for another epoch', async () => {
    const { looks, asked } = await renewed();
    looks.renew(queue, epoch(2));
    expect(asked).toHaveLength(2);
  });
});

describe('of several looks', () => {
  it('one that runs is shared by whom it began late enough for', async () => {
    const { looks, asked, now } = lookout();
    const both = [looks.begunSince(queue, now()), looks.begunSince(queue, now())];
    asked[0]?.(1);
    expect((await Promise.all(both)).map((look) => look?.epoch)).toEqual([1, 1]);
    expect(asked).toHaveLength(1);
  });

  it('one that began before is not enough', async () => {
    const { looks, asked, now, pass } = lookout();
    const before = looks.begunSince(queue, now());
    pass(1);
    const after = looks.begunSince(queue, now());
    asked[0]?.(1);
    asked[1]?.(2);
    expect([await before, await after].map((look) => look?.epoch)).toEqual([1, 2]);
  });

  it('the latest is the one that began last, also while it runs', async () => {
    const { looks, asked, now, pass } = lookout();
    const before = looks.begunSince(queue, now());
    pass(1);
    const after = looks.begunSince(queue, now());
    asked[0]?.(1);
    await before;
    const latest = looks.latest(queue);
    asked[1]?.(2);
    expect((await latest)?.epoch).toBe(2);
    expect((await after)?.epoch).toBe(2);
    expect((await looks.latest(queue))?.epoch).toBe(2);
    expect(asked).toHaveLength(2);
  });

  it('an older one that is answered later changes nothing', async () => {
    const { looks, asked, now, pass } = lookout();
    const before = looks.begunSince(queue, now());
    pass(1);
    const after = looks.begunSince(queue, now());
    asked[1]?.(2);
    await after;
    asked[0]?.(1);
    await before;
    expect(looks.known(queue)?.epoch).toBe(2);
  });
});

it('keeps so many queues and forgets the one that was not looked at for longest', async () => {
  const { looks, asked, now } = lookout(2);
  const services = ['a', 'b', 'a', 'c'];
  for (const service of services) {
    const look = looks.begunSince(queueOf('owner', service), now());
    asked.pop()?.(1);
    await look;
  }
  const known = ['a', 'b', 'c'].filter((service) => looks.known(queueOf('owner', service)));
  expect(known).toEqual(['a', 'c']);
});

describe('a look vouches for what was acknowledged', () => {
  const look = (monotonicMs: number, wallMs: number): Look => ({
    startedAt: { monotonicMs, wallMs },
    epoch: epoch(1),
    claimedTo: 8,
    segmentSize: 8,
  });
  const acknowledged = { monotonicMs: 5000, wallMs: 70_000 };

  it.each([
    [true, 'before it', look(9000, 74_000)],
    [true, 'as it began', look(5000, 70_000)],
    [true, 'within the lease after it', look(4000, 69_000)],
    [false, 'later by both clocks', look(3999, 68_999)],
    [false, 'later by the monotonic clock', look(3999, 70_000)],
    [false, 'later by the wall clock', look(5000, 68_999)],
  ])('%s: %s', (vouches, _, at) => {
    expect(vouchesFor(at, acknowledged)).toBe(vouches);
  });
});
