import * as op from '../operations';
import type { Given } from '../projectionUnderTest';

export function stalePending({ server, queue }: Given): void {
  it('lists pending indices older than that, and they stay', async () => {
    const open = await queue({ claimedTo: 8 });
    await open.round(op.reserve, op.reserve, op.reserve);
    await server().advance(60_000);
    await open.round(op.reserve, op.publish(2));
    const old = [
      { from: 1, to: 1 },
      { from: 3, to: 3 },
    ];
    expect(await open.ask(op.stalePending(30_000))).toEqual(old);
    expect(await open.ask(op.stalePending(30_000))).toEqual(old);
    expect(await open.ask(op.stalePending(300_000))).toEqual([]);
    expect(countOf(await open.ask(op.stalePending(0)))).toBe(3);
  });

  it('bounds the indices it lists, not the ranges, lowest first', async () => {
    const open = await queue({
      claimedTo: 12,
      allocated: 12,
      pending: [
        { from: 1, to: 1, since: 0 },
        { from: 4, to: 9, since: 0 },
      ],
    });
    expect(await open.ask(op.stalePending(1000, 3))).toEqual([
      { from: 1, to: 1 },
      { from: 4, to: 5 },
    ]);
    expect(await open.ask(op.stalePending(1000, 0))).toEqual([]);
  });

  it('lists neither what was published nor gaps', async () => {
    const open = await queue();
    await open.round(op.reserve, op.reserve, op.publish(1), op.markGap(2));
    await server().advance(60_000);
    expect(await open.ask(op.stalePending(0))).toEqual([]);
  });
}

const countOf = (ranges: readonly { from: number; to: number }[]): number =>
  ranges.reduce((sum, { from, to }) => sum + to - from + 1, 0);
