import type { Epoch, Lease, QueueState, Segment } from '../../../../src/domain';
import { emptyQueue, foldQueue } from '../../../../src/domain';
import { stateOf } from '../openQueue';
import * as op from '../operations';
import type { Given } from '../projectionUnderTest';

export function restore({ server, projection, queue, unused }: Given): void {
  const full = async (): Promise<QueueState> => {
    const { now } = await projection().identity(unused());
    const lease = (index: number, workerId: string, fetchedAt: number): Lease => ({
      index: index as Lease['index'],
      leaseId: `${String(index)}.4.9` as Lease['leaseId'],
      workerId: workerId as Lease['workerId'],
      fetchedAt,
      leaseUntil: fetchedAt + 60_000,
    });
    return {
      epoch: 5 as Epoch,
      segmentSize: 8,
      claimedTo: 48,
      allocated: 40,
      published: 38,
      fetched: 20,
      version: 0,
      tokens: true,
      clock: now + 1000,
      known: [2, 3, 5, 6] as Segment[],
      pending: [
        { from: 9, to: 9, since: now + 1000 },
        { from: 36, to: 40, since: now + 1000 },
      ],
      gaps: [{ from: 10, to: 11 }],
      leases: [lease(13, '__proto__', now - 500), lease(12, 'ünïcødé 😀', now)],
      returned: [
        { from: 14, to: 16 },
        { from: 18, to: 18 },
      ],
    };
  };

  it('takes a state, and a snapshot gives it back', async () => {
    const state = await full();
    const open = await queue(state);
    expect(await open.snapshot()).toEqual(state);
  });

  it('takes what the fold makes of an empty log', async () => {
    const { now } = await projection().identity(unused());
    const head = {
      epoch: 1 as Epoch,
      raisedBy: 'me',
      claimedTo: 4096,
      floor: 0,
      segmentSize: 4096,
      rewinds: [],
    };
    const open = await queue(emptyQueue(head, now));
    expect(await open.snapshot()).toMatchObject({
      ...emptyQueue(head, 0),
      clock: expect.any(Number) as number,
    });

    const segments = [
      { segment: 1 as Segment, status: 'open' as const, lastAdded: 0, closedAt: null },
    ];
    const raised = { ...head, epoch: 2 as Epoch, claimedTo: 8192 };
    const holes = foldQueue(raised, segments, 4096, now).state();
    expect(await open.restore(holes)).toBe('opened');
    expect((await open.snapshot()).pending).toEqual(holes.pending);
    expect(await open.ask(op.reserve)).toMatchObject({ index: 4097 });
  });

  it('goes on from there', async () => {
    const open = await queue(await full());
    const { replies } = await open.round(
      op.holding('__proto__'),
      op.claim('a'),
      op.reserve,
      op.publish(9),
      op.claim('b'),
    );
    expect(replies[0]).toMatchObject({ lease: { index: 13 }, version: 1, tokens: true });
    expect(replies[1]?.lease).toMatchObject({ index: 14, leaseId: '14.5.3' });
    expect(replies[2]).toEqual({ index: 41, version: 4 });
    expect(replies[4]?.lease.index).toBe(9);
  });

  it('is not changed by what happens to the queue, nor the other way round', async () => {
    const state = await full();
    const copy = structuredClone(state);
    const open = await queue(state);
    const taken = await open.snapshot();
    await open.round(
      op.publish(9),
      op.settle(12),
      op.settle(13),
      op.markGap(36, 40),
      op.claim('a'),
    );
    expect(state).toEqual(copy);
    expect(taken).toEqual(copy);
  });

  it('replaces all that was held in an older epoch', async () => {
    const open = await queue(await full());
    await open.round(op.claim('a'), op.claim('b'), op.reserve);
    const empty = stateOf({ epoch: 6 as Epoch });
    expect(await open.restore(empty)).toBe('opened');
    expect(await open.snapshot()).toEqual({ ...empty, clock: expect.any(Number) as number });
    expect(await open.ask(op.holding('a'))).toBeNull();
  });

  it.each([4, 5])('is refused for epoch %i where epoch 5 is there', async (epoch) => {
    const open = await queue(await full());
    await open.round(op.claim('a'));
    const before = await open.snapshot();
    expect(await open.restore(stateOf({ epoch: epoch as Epoch }))).toBe('refused');
    expect(await open.snapshot()).toEqual(before);
  });

  it('is refused on another server than was read', async () => {
    const id = unused();
    expect(await projection().restore(id, 'another server', stateOf())).toBe('refused');
    expect(await projection().snapshot(id)).toBeNull();

    const open = await queue();
    const newer = stateOf({ epoch: 2 as Epoch });
    expect(await projection().restore(open.id, 'another server', newer)).toBe('refused');
    expect(await open.ask(op.reserve)).toEqual({ index: 1, version: 1 });
  });

  it('the server is who it was, and has a time', async () => {
    const id = unused();
    const before = await projection().identity(id);
    await server().advance(60_000);
    const after = await projection().identity(id);
    expect(after.identity).toBe(before.identity);
    expect(after.now).toBeGreaterThanOrEqual(before.now + 60_000);
  });

  it('a snapshot of nothing is null', async () => {
    expect(await projection().snapshot(unused())).toBeNull();
  });
}
