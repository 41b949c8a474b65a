import * as op from '../operations';
import type { Given } from '../projectionUnderTest';

export function reserve({ server, queue }: Given): void {
  it('gives the next index, pending since now', async () => {
    const open = await queue({ allocated: 1, published: 1 });
    const { now, replies } = await open.round(op.reserve, op.reserve);
    expect(replies.map((reserved) => reserved?.index)).toEqual([2, 3]);
    const state = await open.snapshot();
    expect(state).toMatchObject({ allocated: 3, published: 1 });
    expect(state.pending).toEqual([{ from: 2, to: 3, since: now }]);
  });

  it('keeps apart what is pending since another time', async () => {
    const open = await queue();
    const first = await open.round(op.reserve);
    await server().advance(60_000);
    const second = await open.round(op.reserve);
    expect((await open.snapshot()).pending).toEqual([
      { from: 1, to: 1, since: first.now },
      { from: 2, to: 2, since: second.now },
    ]);
  });

  it('gives no index beyond what was claimed in the log', async () => {
    const open = await queue({ allocated: 3 });
    const { replies } = await open.round(op.reserve, op.reserve, op.extend(8), op.reserve);
    expect(replies.map((reply) => reply !== 'OK' && reply?.index)).toEqual([
      4,
      undefined,
      false,
      5,
    ]);
  });

  it('gives an index that nobody is given to work on before it is published', async () => {
    const open = await queue();
    await open.round(op.reserve);
    expect(await open.task('w')).toBeNull();
    await open.ask(op.publish(1));
    expect(await open.task('w')).toBe(1);
  });
}
