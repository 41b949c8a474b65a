import type { Epoch, Operation, Projection, QueueId, Segment } from '../../../../src/domain';
import * as op from '../operations';
import type { Given } from '../projectionUnderTest';

const EVERYTHING: readonly Operation[] = [
  op.extend(400),
  op.reserve,
  op.publish(1, true),
  op.publish(2),
  op.claim('w'),
  op.settle(1),
  op.markGap(1, 4),
  op.closeSegment(1),
];

export function round({ server, projection, unused, queue }: Given): void {
  const ask = (id: QueueId, epoch: number, port: Projection = projection()) =>
    port.round(id, epoch as Epoch, EVERYTHING);

  it('applies operations in the order given, and each sees those before it', async () => {
    const open = await queue();
    const { replies } = await open.round(
      op.reserve,
      op.claim('w'),
      op.publish(1),
      op.claim('w'),
      op.settle(1),
      op.claim('w'),
    );
    const [, early, , claimed, , late] = replies;
    expect(early).toBeNull();
    expect(claimed?.lease.index).toBe(1);
    expect(late).toBeNull();
  });

  it('answers where the claimed indices end', async () => {
    const open = await queue({ claimedTo: 8 });
    expect((await open.round()).claimedTo).toBe(8);
    expect((await open.round(op.extend(12))).claimedTo).toBe(12);
  });

  it('of thousands of operations is one round', async () => {
    const count = 3000;
    const open = await queue({ claimedTo: count, allocated: count, published: count });
    const workers = Array.from({ length: count }, (_, i) => `w${String(i)}`);
    const claimed = await open.round<readonly Operation[]>(
      ...workers.map((name) => op.claim(name)),
    );
    expect(claimed.replies.at(-1)).toMatchObject({ lease: { index: count } });
    const held = await open.round<readonly Operation[]>(...workers.map((name) => op.holding(name)));
    expect(held.replies[count - 2]).toMatchObject({ lease: { index: count - 1 } });
    await open.round<readonly Operation[]>(...workers.slice(1).map((_, i) => op.settle(count - i)));
    expect((await open.snapshot()).leases).toMatchObject([{ index: 1, workerId: 'w0' }]);
  });

  it('keeps numbers exact as far as they are in this language', async () => {
    const claimedTo = Number.MAX_SAFE_INTEGER - 3; // the end of a segment
    const last = claimedTo - 1;
    const known = [claimedTo / 4 - 1, claimedTo / 4] as Segment[];
    const all = { claimedTo, known, allocated: last - 2, published: last - 3, fetched: last - 3 };
    const pending = [{ from: last - 2, to: last - 2, since: 0 }];
    const open = await queue({
      ...all,
      pending,
      version: claimedTo - 8,
      epoch: claimedTo as Epoch,
    });
    const { replies } = await open.round(op.reserve, op.reserve, op.publish(last), op.holding('w'));
    expect(replies[0]).toEqual({ index: last - 1, version: claimedTo - 7 });
    const { lease, version } = (await open.ask(op.claim('w'))) ?? {};
    expect(version).toBe(claimedTo - 4);
    expect(lease).toMatchObject({
      index: last,
      leaseId: [last, claimedTo, claimedTo - 4].join('.'),
    });
    expect(await open.ask(op.holding('w', lease?.leaseId ?? null))).toMatchObject({ lease });
    await open.round(op.settle(last));
    const { allocated, published, fetched, ...state } = await open.snapshot();
    expect({ allocated, published, fetched }).toEqual({
      ...{ allocated: last, published: last, fetched: last },
    });
    expect(state).toMatchObject({ known, leases: [], version: claimedTo - 3 });
  });

  it('is stale where nothing is held', async () => {
    expect(await ask(unused(), 1)).toEqual({ type: 'stale', epoch: null });
  });

  it.each([1, 3])(
    'of epoch %i is stale in epoch 2, names it and changes nothing',
    async (epoch) => {
      const open = await queue({ epoch: 2 as Epoch, claimedTo: 8 });
      await open.add(2);
      const before = await open.snapshot();
      expect(await ask(open.id, epoch)).toEqual({ type: 'stale', epoch: 2 });
      expect(await open.snapshot()).toEqual(before);
    },
  );

  it('is stale in a shut epoch, of which nothing can be used', async () => {
    const open = await queue();
    await projection().shutEpoch(open.id, open.epoch);
    expect(await ask(open.id, 1)).toEqual({ type: 'stale', epoch: null });
    expect(await ask(open.id, 2)).toEqual({ type: 'stale', epoch: null });
  });

  it('is stale once the state was lost, until a newer one is there', async () => {
    const open = await queue();
    await open.add(2);
    const state = await open.snapshot();
    await server().loseState(open.id);
    expect(await ask(open.id, 1)).toEqual({ type: 'stale', epoch: null });
    expect(await projection().snapshot(open.id)).toBeNull();
    expect(await open.restore({ ...state, epoch: 2 as Epoch })).toBe('opened');
    expect(await open.task('w')).toBe(1);
  });
}
