import type { LeaseId, TaskIndex, WorkerId } from '../../../../src/domain';
import * as op from '../operations';
import type { Given } from '../projectionUnderTest';

export function takeOver({ server, queue }: Given): void {
  /** Tasks 1, 2, 3 of a, b, c, fetched in this order; they run out in the order b, c, a. */
  const threeLeases = async () => {
    const open = await queue();
    await open.add(4);
    await open.lease('a', 50_000);
    await server().advance(1000);
    await open.lease('b', 30_000);
    await server().advance(1000);
    await open.lease('c', 40_000);
    return open;
  };

  it("takes no lease whose time is left, whatever the caller's time is", async () => {
    const open = await threeLeases();
    await server().advance(20_000);
    expect((await open.lease('d', 1, 'lease')).index).toBe(4);
  });

  it('takes the lease that ran out first', async () => {
    const open = await threeLeases();
    await server().advance(60_000);
    expect(await open.task('x')).toBe(2);
    expect(await open.task('y')).toBe(3);
    expect(await open.task('z')).toBe(1);
    expect(await open.task('o')).toBe(4);
  });

  it('takes only those that ran out', async () => {
    const open = await threeLeases();
    await server().advance(32_000);
    expect(await open.task('x')).toBe(2);
    expect(await open.task('y')).toBe(4);
  });

  it('at the very end of its time a lease has run out', async () => {
    const open = await queue();
    await open.add(1);
    const { replies } = await open.round(op.claim('a', 0), op.claim('b', 0), op.claim('c', 0));
    expect(replies.map((claimed) => claimed?.lease.index)).toEqual([1, 1, 1]);
    expect((await open.snapshot()).leases).toMatchObject([{ workerId: 'c' }]);
    const again = await open.round(op.claim('c', 0), op.claim('c', 0));
    expect(again.replies[0]?.lease.leaseId).not.toBe(again.replies[1]?.lease.leaseId);
  });

  it('recoverBy caller: takes the one fetched first of those older than the caller says', async () => {
    const open = await threeLeases();
    await server().advance(20_000);
    expect((await open.lease('x', 10_000, 'caller')).index).toBe(1);
    expect((await open.lease('y', 10_000, 'caller')).index).toBe(2);
    expect((await open.lease('z', 20_000, 'caller')).index).toBe(3);
  });

  it('recoverBy caller, where nobody has asked so before: finds all that was fetched, also by many', async () => {
    const leases = Array.from({ length: 600 }, (_, i) => ({
      index: (i + 1) as TaskIndex,
      leaseId: `${String(i + 1)}.1.1` as LeaseId,
      workerId: `w${String(i)}` as WorkerId,
      fetchedAt: 1000 - i,
      leaseUntil: Number.MAX_SAFE_INTEGER,
    }));
    const all = { claimedTo: 600, allocated: 600, published: 600, fetched: 600 };
    const open = await queue({ ...all, leases });
    expect((await open.lease('x', 1000, 'caller')).index).toBe(600);
    await open.round(op.settle(599));
    expect((await open.lease('y', 1000, 'caller')).index).toBe(598);
    expect((await open.ask(op.info(2))).leases).toMatchObject([{ index: 597 }, { index: 596 }]);
  });

  it('recoverBy caller: takes no younger one, although its own time is over', async () => {
    const open = await threeLeases();
    await server().advance(60_000);
    expect((await open.lease('x', 120_000, 'caller')).index).toBe(4);
  });

  it('gives a new lease, and the worker that lost it holds nothing', async () => {
    const open = await queue();
    await open.add(1);
    const old = await open.lease('a', 1000);
    await server().advance(10_000);
    const { now, replies } = await open.round(op.claim('b', 7000));
    expect(replies[0]).toMatchObject({
      lease: { index: 1, workerId: 'b', fetchedAt: now, leaseUntil: now + 7000 },
    });
    expect(replies[0]?.lease.leaseId).not.toBe(old.leaseId);
    expect((await open.snapshot()).leases).toEqual([replies[0]?.lease]);
    expect(await open.ask(op.holding('a'))).toBeNull();
    expect(await open.task('a')).toBeNull();
  });

  it('goes for a lease from before a rewind, too, and the next passes over it', async () => {
    const open = await queue();
    await open.add(3);
    await open.lease('a');
    await open.lease('b', 1000);
    await open.rewind(0);
    await server().advance(10_000);
    expect(await open.task('c')).toBe(2);
    expect(await open.task('d')).toBe(3);
  });
}
