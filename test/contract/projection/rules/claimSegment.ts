import * as op from '../operations';
import type { Given } from '../projectionUnderTest';

/** Segments of 4 indices: at 2 left it is early enough, below it is time. */
export function claimSegment({ server, queue }: Given): void {
  const told = async (round: Promise<{ claimSegment: boolean }>): Promise<boolean> =>
    (await round).claimSegment;

  it('happens when less than half a segment is left', async () => {
    const open = await queue();
    expect(await told(open.round(op.reserve))).toBe(false);
    expect(await told(open.round(op.reserve))).toBe(false);
    expect(await told(open.round(op.reserve))).toBe(true);
  });

  it('happens to one caller in five seconds', async () => {
    const open = await queue({ allocated: 3 });
    expect(await told(open.round())).toBe(true);
    expect(await told(open.round())).toBe(false);
    await server().advance(3000);
    expect(await told(open.round(op.reserve, op.reserve))).toBe(false);
    await server().advance(2500);
    expect(await told(open.round())).toBe(true);
    expect(await told(open.round())).toBe(false);
  });

  it('happens again at once when what was claimed is used up', async () => {
    const open = await queue({ allocated: 3 });
    expect(await told(open.round())).toBe(true);
    expect(await told(open.round(op.extend(8)))).toBe(false);
    expect(await told(open.round(op.reserve, op.reserve, op.reserve, op.reserve))).toBe(true);
  });

  it('is not ended by a claim that another one had already told of', async () => {
    const open = await queue({ allocated: 3 });
    expect(await told(open.round())).toBe(true);
    expect(await told(open.round(op.extend(4)))).toBe(false);
  });

  it('happens when no index was left, although there are some now', async () => {
    const open = await queue({ allocated: 4 });
    expect(await told(open.round(op.reserve, op.extend(8)))).toBe(true);
  });

  it('happens again at once in a new epoch, for the log refuses claims of the old one', async () => {
    const open = await queue({ allocated: 3, published: 3 });
    expect(await told(open.round())).toBe(true);
    await open.rewind(0);
    expect(await told(open.round())).toBe(true);
  });
}
