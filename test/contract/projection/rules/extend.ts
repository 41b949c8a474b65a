import * as op from '../operations';
import type { Given } from '../projectionUnderTest';

export function extend({ queue }: Given): void {
  it('makes all segments up to there known, and their indices ready to be reserved', async () => {
    const open = await queue({ allocated: 4, published: 4, fetched: 4 });
    const { replies } = await open.round(op.extend(12), op.reserve, op.publish(5), op.claim('w'));
    expect(replies[0]).toBe('OK');
    expect(replies[2]).toBe('OK');
    expect(replies[3]?.lease.index).toBe(5);
    expect(await open.snapshot()).toMatchObject({ claimedTo: 12, known: [1, 2, 3] });
  });

  it('never takes back, and makes no segment known again', async () => {
    const open = await queue({ claimedTo: 8, allocated: 8, published: 8, fetched: 8 });
    await open.round(op.closeSegment(2), op.extend(4), op.extend(8));
    expect(await open.snapshot()).toMatchObject({ claimedTo: 8, known: [1] });
  });
}
