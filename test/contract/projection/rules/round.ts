import type { Epoch, Operation, Projection, QueueId } from '../../../../src/domain';
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
