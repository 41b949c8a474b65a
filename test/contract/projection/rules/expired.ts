import * as op from '../operations';
import type { Given } from '../projectionUnderTest';

export function expired({ server, queue }: Given): void {
  it('lists leases that have run out, oldest first, and they stay', async () => {
    const open = await queue();
    await open.add(4);
    const long = await open.lease('a', 9000);
    const short = await open.lease('b', 1000);
    await open.lease('c', 60_000);
    expect(await open.ask(op.expired())).toEqual([]);
    await server().advance(20_000);

    const { version } = await open.snapshot();
    const listed = [
      { lease: short, version: version + 1, tokens: false },
      { lease: long, version: version + 2, tokens: false },
    ];
    expect(await open.ask(op.expired())).toEqual(listed);
    expect(await open.ask(op.expired())).toMatchObject([{ lease: short }, { lease: long }]);
    expect((await open.snapshot()).leases).toHaveLength(3);
  });

  it('lists at most so many', async () => {
    const open = await queue();
    await open.add(3);
    for (const worker of 'abc') await open.lease(worker, 1000);
    await server().advance(10_000);
    expect(await open.ask(op.expired(2))).toHaveLength(2);
    expect(await open.ask(op.expired(0))).toEqual([]);
    expect(await open.ask(op.expired(3))).toHaveLength(3);
  });

  it('lists no lease that has ended', async () => {
    const open = await queue();
    await open.add(4);
    const [a, b, c] = [
      await open.lease('a', 0),
      await open.lease('b', 1),
      await open.lease('c', 2),
    ];
    await server().advance(1000);
    await open.round(op.settle(a.index), op.returned(b), op.hole(c));
    expect(await open.ask(op.expired())).toEqual([]);
  });

  it('says that some task carries a token', async () => {
    const open = await queue({ tokens: true, allocated: 1, published: 1 });
    await open.lease('a', 0);
    expect(await open.ask(op.expired())).toMatchObject([{ tokens: true }]);
  });
}
