import type { LeaseId } from '../../../../src/domain';
import * as op from '../operations';
import type { Given } from '../projectionUnderTest';

export function holding({ server, queue }: Given): void {
  it('answers the lease of the worker, whatever happened to its time', async () => {
    const open = await queue();
    await open.add(2);
    const lease = await open.lease('a', 1000);
    expect(await open.ask(op.holding('a'))).toEqual({ lease, version: 5, tokens: false });
    await server().advance(60_000);
    expect(await open.ask(op.holding('a'))).toEqual({ lease, version: 6, tokens: false });
    expect(await open.ask(op.holding('b'))).toBeNull();
  });

  it('answers a lease that is named only if it is that one', async () => {
    const open = await queue();
    await open.add(1);
    const lease = await open.lease('a');
    expect(await open.ask(op.holding('a', lease.leaseId))).toMatchObject({ lease });
    expect(await open.ask(op.holding('a', '1.1.99' as LeaseId))).toBeNull();
  });

  it('says that some task carries a token', async () => {
    const open = await queue();
    await open.add(1);
    await open.round(op.reserve, op.publish(2, true));
    await open.lease('a');
    expect(await open.ask(op.holding('a'))).toMatchObject({ tokens: true });
  });

  it('after a claim of the same round does not see the lease which that made', async () => {
    const open = await queue();
    await open.add(1);
    const { replies } = await open.round(op.claim('a'), op.holding('a'));
    expect(replies[0]?.lease.index).toBe(1);
    expect(replies[1]).toBeNull();
    expect(await open.ask(op.holding('a'))).toMatchObject({ lease: { index: 1 } });
  });

  it('after a claim of the same round does not see a lease that it made anew', async () => {
    const open = await queue();
    await open.add(1);
    const old = await open.lease('a', 1000);
    await server().advance(10_000);
    const { replies } = await open.round(op.claim('a'), op.holding('a'));
    expect(replies[0]?.lease.leaseId).not.toBe(old.leaseId);
    expect(replies[1]).toBeNull();
  });

  it('after a claim of the same round does not see a lease that was taken over', async () => {
    const open = await queue();
    await open.add(1);
    await open.lease('a', 1000);
    await server().advance(10_000);
    const { replies } = await open.round(op.claim('b'), op.holding('a'), op.holding('b'));
    expect(replies.slice(1)).toEqual([null, null]);
  });

  it('after a claim of the same round sees the lease that the worker held before', async () => {
    const open = await queue();
    await open.add(1);
    const lease = await open.lease('a');
    const { replies } = await open.round(op.claim('a'), op.holding('a'));
    expect(replies[0]).toMatchObject({ lease });
    expect(replies[1]).toMatchObject({ lease });
  });

  it.each(['lease', 'caller'] as const)(
    'keeps a lease that ran out from a claim of the same round (recoverBy %s)',
    async (recoverBy) => {
      const open = await queue();
      await open.add(2);
      const first = await open.lease('a', 1000);
      const second = await open.lease('b', 2000);
      await server().advance(10_000);
      const { replies } = await open.round(
        op.holding('a'),
        op.claim('c', 1000, recoverBy),
        op.claim('a', 1000, recoverBy),
        op.claim('d', 1000, recoverBy),
        op.expired(),
      );
      expect(replies[0]).toMatchObject({ lease: first });
      expect(replies[1]?.lease.index).toBe(second.index);
      expect(replies[2]).toMatchObject({ lease: first });
      expect(replies[3]).toBeNull();
      expect(replies[4]).toEqual([]);

      await server().advance(10_000);
      expect(await open.ask(op.expired())).toMatchObject([
        { lease: first },
        { lease: { index: 2 } },
      ]);
      expect((await open.lease('d', 1000, recoverBy)).index).toBe(1); // the next round may
    },
  );

  it('of another lease than the one that is there keeps nothing', async () => {
    const open = await queue();
    await open.add(1);
    await open.lease('a', 1000);
    await server().advance(10_000);
    const { replies } = await open.round(op.holding('a', '1.1.99' as LeaseId), op.claim('b'));
    expect(replies[1]?.lease.index).toBe(1);
  });
}
