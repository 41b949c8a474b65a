import * as op from '../operations';
import type { Given } from '../projectionUnderTest';

export function markGap({ queue }: Given): void {
  it('makes gaps of what is still pending, and of nothing else', async () => {
    const open = await queue({ claimedTo: 8 });
    await open.round(op.reserve, op.reserve, op.reserve, op.reserve, op.reserve, op.reserve);
    await open.round(op.publish(2), op.publish(4));
    const lease = await open.lease('a');
    await open.ask(op.returned(await open.lease('b'))); // 4
    const { since } = (await open.snapshot()).pending[0]!;

    expect(await open.ask(op.markGap(2, 5))).toBe('OK');
    expect(await open.snapshot()).toMatchObject({
      gaps: [
        { from: 3, to: 3 },
        { from: 5, to: 5 },
      ],
      pending: [
        { from: 1, to: 1, since },
        { from: 6, to: 6, since },
      ],
      leases: [lease],
      returned: [{ from: 4, to: 4 }],
    });
  });

  it('takes a range of any size', async () => {
    const open = await queue();
    await open.round(op.reserve, op.reserve, op.reserve);
    await open.ask(op.markGap(2, Number.MAX_SAFE_INTEGER));
    expect(await open.snapshot()).toMatchObject({
      pending: [{ from: 1, to: 1 }],
      gaps: [{ from: 2, to: 3 }],
    });
  });

  it('holds up nobody: a claim passes over gaps', async () => {
    const open = await queue();
    await open.round(op.reserve, op.reserve, op.reserve, op.publish(3), op.markGap(1, 2));
    expect(await open.task('w')).toBe(3);
  });
}
