import type { Epoch, LeaseId } from '../../../../src/domain';
import * as op from '../operations';
import type { Given } from '../projectionUnderTest';

export function versions({ server, queue }: Given): void {
  it('are given to decisions, each its own, and to nothing else', async () => {
    const open = await queue();
    const { replies } = await open.round(op.reserve, op.reserve, op.publish(1), op.publish(2));
    expect(replies.slice(0, 2)).toEqual([
      { index: 1, version: 1 },
      { index: 2, version: 2 },
    ]);
    expect(await open.ask(op.claim('w', 1000))).toMatchObject({ recovered: 3, version: 4 });
    expect(await open.ask(op.claim('x', 1000))).toMatchObject({ recovered: 5, version: 6 });
    expect(await open.ask(op.claim('w', 1000))).toMatchObject({ recovered: 7, version: 8 });
    expect(await open.ask(op.holding('x'))).toMatchObject({ version: 9 });
    await server().advance(60_000);
    expect(await open.ask(op.expired())).toMatchObject([{ version: 10 }, { version: 11 }]);
    expect(await open.ask(op.expired(1))).toMatchObject([{ version: 12 }]);
    expect((await open.snapshot()).version).toBe(12);
  });

  it('are not used up where nothing is decided', async () => {
    const open = await queue({ allocated: 4, published: 2, version: 7 });
    const { replies } = await open.round(
      op.reserve,
      op.holding('w'),
      op.expired(),
      op.stalePending(0),
      op.closable(),
      op.info(),
      op.settle(1),
      op.publish(1),
      op.markGap(1, 4),
      op.extend(4),
      op.claim('w'),
      op.claim('x'),
    );
    expect(replies.slice(0, 3)).toEqual([null, null, []]);
    expect(replies[10]).toMatchObject({ recovered: 8, version: 9 });
    expect(replies[11]).toMatchObject({ recovered: 10, version: 11 });
    await open.round(op.claim('y'), op.holding('y'), op.holding('w', '1.1.1' as LeaseId));
    expect((await open.snapshot()).version).toBe(11);
  });

  it('are in the id of the lease: index, epoch, version', async () => {
    const open = await queue({ version: 7, epoch: 3 as Epoch, allocated: 1, published: 1 });
    expect((await open.lease('w')).leaseId).toBe('1.3.9');
  });
}
