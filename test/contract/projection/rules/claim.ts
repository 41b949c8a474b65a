import type { Lease, Segment } from '../../../../src/domain';
import * as op from '../operations';
import type { Given } from '../projectionUnderTest';

export function claim({ server, queue }: Given): void {
  it('answers nothing where there is nothing', async () => {
    const open = await queue();
    expect(await open.ask(op.claim('w'))).toBeNull();
    expect(await open.snapshot()).toMatchObject({ fetched: 0, leases: [] });
  });

  it('hands out tasks in order, each to one worker, and leases them at once', async () => {
    const open = await queue();
    await open.add(3);
    const { replies } = await open.round(
      op.claim('a'),
      op.claim('b'),
      op.claim('c'),
      op.claim('d'),
    );
    expect(replies.map((claimed) => claimed?.lease.index)).toEqual([1, 2, 3, undefined]);
    const state = await open.snapshot();
    expect(state.fetched).toBe(3);
    expect(state.leases).toEqual(replies.slice(0, 3).map((claimed) => claimed?.lease));
  });

  it('gives a worker the same lease until it has acked', async () => {
    const open = await queue();
    await open.add(2);
    const lease = await open.lease('a');
    expect(await open.lease('a', 5)).toEqual(lease);
    await server().advance(30_000);
    expect(await open.lease('a')).toEqual(lease);
    await open.ask(op.settle(1));
    expect(await open.task('a')).toBe(2);
  });

  it.each([
    ['its own time', 1000, op.claim('a', 60_000, 'lease')],
    ["the caller's time", 60_000, op.claim('a', 1000, 'caller')],
  ])('gives a worker whose lease ran out by %s a new lease of that task', async (_, ttr, again) => {
    const open = await queue();
    await open.add(2);
    const old = await open.lease('a', ttr);
    await server().advance(10_000);
    const { now, replies } = await open.round(again);
    const version = replies[0]!.version;
    const lease: Lease = {
      index: old.index,
      leaseId: `1.1.${String(version)}` as Lease['leaseId'],
      workerId: old.workerId,
      fetchedAt: now,
      leaseUntil: now + again.timeToRecoverMs,
    };
    expect(replies[0]).toEqual({ lease, recovered: version - 1, version, first: false });
    expect(lease.leaseId).not.toBe(old.leaseId);
    expect((await open.snapshot()).leases).toEqual([lease]);
  });

  it("does not count the caller's time for its own lease unless it is to decide", async () => {
    const open = await queue();
    await open.add(1);
    const lease = await open.lease('a', 60_000);
    await server().advance(10_000);
    expect(await open.lease('a', 1000, 'lease')).toEqual(lease);
  });

  it('prefers what the worker holds to all else, although it ran out last', async () => {
    const open = await queue();
    await open.add(4);
    await open.ask(op.returned(await open.lease('x')));
    expect(await open.task('z')).toBe(1);
    await open.ask(op.returned(await open.lease('z')));
    const { replies } = await open.round(
      op.claim('a', 1000),
      op.claim('b', 2000),
      op.claim('c', 3000),
    );
    expect(replies.map((claimed) => claimed?.lease.index)).toEqual([1, 2, 3]);
    await server().advance(10_000);
    expect(await open.task('b')).toBe(2);
    expect(await open.task('c')).toBe(3);
  });

  it('prefers a lease that ran out to a returned task, and that to the next', async () => {
    const open = await queue();
    await open.add(4);
    const first = await open.lease('a');
    await open.lease('b', 1000);
    await open.ask(op.returned(first));
    await server().advance(10_000);
    expect(await open.task('c')).toBe(2);
    expect(await open.task('d')).toBe(1);
    expect(await open.task('e')).toBe(3);
  });

  it('takes the lowest returned task, whichever was returned first', async () => {
    const open = await queue({ claimedTo: 16 });
    await open.add(12);
    const leases: Lease[] = [];
    for (const worker of 'abcdefghijkl') leases.push(await open.lease(worker));
    for (const at of [10, 1, 8]) await open.ask(op.returned(leases[at]!)); // 11, 2, 9
    expect(await open.task('x')).toBe(2);
    expect(await open.task('y')).toBe(9);
    expect(await open.task('z')).toBe(11);
    expect(await open.task('o')).toBeNull();
  });

  it('passes over pending indices, gaps, leased tasks and segments outside known', async () => {
    const open = await queue({
      claimedTo: 20,
      allocated: 20,
      published: 20,
      known: [1, 2, 4, 5] as Segment[],
      pending: [{ from: 1, to: 2, since: 0 }],
      gaps: [{ from: 4, to: 5 }],
      leases: [lease(6), lease(7)],
    });
    const tasks: (number | null)[] = [];
    for (const worker of 'abcdefg') tasks.push(await open.task(worker));
    expect(tasks).toEqual([3, 8, 13, 14, 15, 16, 17]);
    expect((await open.snapshot()).fetched).toBe(17);
  });

  it.each([
    ['published', op.publish(2), 2],
    ['given back', op.returned(lease(3)), 3],
    ['settled, as the log will say', op.settle(3), 3],
  ])('meets what it passed over once that is %s', async (_, frees, index) => {
    const open = await queue({
      allocated: 4,
      published: 4,
      pending: [{ from: 1, to: 2, since: 0 }],
      gaps: [{ from: 4, to: 4 }],
      leases: [lease(3)],
    });
    expect(await open.task('a')).toBeNull();
    await open.ask(frees);
    expect(await open.task('a')).toBe(index);
  });

  it('does not go beyond what is published', async () => {
    const open = await queue();
    await open.round(op.reserve, op.reserve, op.reserve, op.publish(2));
    expect(await open.task('a')).toBe(2);
    expect(await open.task('b')).toBeNull();
    expect((await open.snapshot()).fetched).toBe(2);
  });

  it('moves fetched only by what it hands out', async () => {
    const open = await queue({ allocated: 4, published: 4, gaps: [{ from: 1, to: 4 }] });
    expect(await open.task('a')).toBeNull();
    expect((await open.snapshot()).fetched).toBe(0);
  });
}

const lease = (index: number): Lease => ({
  index: index as Lease['index'],
  leaseId: `${String(index)}.1.1` as Lease['leaseId'],
  workerId: `holder of ${String(index)}` as Lease['workerId'],
  fetchedAt: Number.MAX_SAFE_INTEGER - 100_000,
  leaseUntil: Number.MAX_SAFE_INTEGER,
});
