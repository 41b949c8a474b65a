import * as op from '../operations';
import type { Given } from '../projectionUnderTest';

export function closeSegment({ queue }: Given): void {
  it('forgets its gaps, and is out of known', async () => {
    const open = await queue({
      claimedTo: 12,
      allocated: 12,
      published: 12,
      fetched: 12,
      gaps: [{ from: 4, to: 9 }],
    });
    expect(await open.ask(op.closeSegment(2))).toBe('OK');
    expect(await open.snapshot()).toMatchObject({
      known: [1, 3],
      gaps: [
        { from: 4, to: 4 },
        { from: 9, to: 9 },
      ],
    });
    expect(await open.ask(op.publish(6))).toBe('VOID');
    expect(await open.ask(op.closeSegment(2))).toBe('OK');
  });

  it('is passed over by a claim and not counted', async () => {
    const open = await queue({ claimedTo: 12, allocated: 12, published: 12, fetched: 3 });
    await open.ask(op.closeSegment(2));
    expect((await open.ask(op.info())).counts.waiting).toBe(5);
    expect(await open.task('a')).toBe(4);
    expect(await open.task('b')).toBe(9);
    expect((await open.snapshot()).fetched).toBe(9);
  });
}
