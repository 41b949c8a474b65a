import type { QueueState, Segment } from '../../../../src/domain';
import * as op from '../operations';
import type { Given } from '../projectionUnderTest';

export function closable({ queue }: Given): void {
  const done: Partial<QueueState> = { claimedTo: 12, allocated: 12, published: 12, fetched: 12 };
  const segments = async (said: Partial<QueueState>, max?: number): Promise<number[]> =>
    (await (await queue({ ...done, ...said })).ask(op.closable(max))).map(({ segment }) => segment);

  it('lists segments handed out whole, lowest first', async () => {
    expect(await segments({})).toEqual([1, 2, 3]);
    expect(await segments({ fetched: 11 })).toEqual([1, 2]);
    expect(await segments({ fetched: 3 })).toEqual([]);
  });

  it('lists a segment whose rest are gaps, as a rebuild leaves them, but not one still to be given', async () => {
    const from = (index: number) => ({ fetched: 3, gaps: [{ from: index, to: 12 }] });
    expect(await segments(from(4))).toEqual([1, 2, 3]);
    expect(await segments({ ...from(4), allocated: 8 })).toEqual([1, 2]);
    expect(await segments(from(5))).toEqual([2, 3]);
    expect(await segments({ fetched: 3, gaps: [{ from: 4, to: 7 }] })).toEqual([1]);
  });

  it('lists at most so many', async () => {
    expect(await segments({}, 2)).toEqual([1, 2]);
    expect(await segments({}, 0)).toEqual([]);
  });

  it('lists known segments only', async () => {
    expect(await segments({ known: [1, 3] as Segment[] })).toEqual([1, 3]);
  });

  it.each([
    ['waits again', { returned: [{ from: 5, to: 5 }] }],
    ['waits again at its end', { returned: [{ from: 8, to: 8 }] }],
    ['is pending', { pending: [{ from: 8, to: 8, since: 0 }] }],
  ])('lists no segment in which something %s', async (_, said) => {
    expect(await segments(said)).toEqual([1, 3]);
  });

  it('lists no segment in which somebody holds a task', async () => {
    const open = await queue({ ...done, returned: [{ from: 6, to: 6 }] });
    const lease = await open.lease('w');
    expect(await open.ask(op.closable())).toMatchObject([{ segment: 1 }, { segment: 3 }]);
    await open.ask(op.settle(lease.index));
    expect(await open.ask(op.closable())).toHaveLength(3);
  });

  it('names the gaps of each, for the segment is closed over them', async () => {
    const open = await queue({ ...done, gaps: [{ from: 3, to: 5 }] });
    expect(await open.ask(op.closable())).toEqual([
      { segment: 1, gaps: [{ from: 3, to: 4 }] },
      { segment: 2, gaps: [{ from: 5, to: 5 }] },
      { segment: 3, gaps: [] },
    ]);
  });
}
