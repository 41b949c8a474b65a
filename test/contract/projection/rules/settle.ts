import * as op from '../operations';
import type { Given } from '../projectionUnderTest';

export function settle({ server, queue }: Given): void {
  it('ends the lease of the task', async () => {
    const open = await queue();
    await open.add(1);
    await open.lease('a');
    expect(await open.ask(op.settle(1))).toBe('OK');
    expect(await open.snapshot()).toMatchObject({ leases: [], returned: [] });
    expect(await open.ask(op.holding('a'))).toBeNull();
    await server().advance(120_000);
    expect(await open.ask(op.expired())).toEqual([]);
    expect(await open.task('b')).toBeNull();
  });

  it('goes by task: it ends also a lease that another worker has taken over', async () => {
    const open = await queue();
    await open.add(1);
    await open.lease('a', 1000);
    await server().advance(10_000);
    expect(await open.task('b')).toBe(1);
    await open.ask(op.settle(1)); // a's ack
    expect((await open.snapshot()).leases).toEqual([]);
    expect(await open.ask(op.holding('b'))).toBeNull();
  });

  it('takes the task from those that wait again', async () => {
    const open = await queue();
    await open.add(1);
    await open.ask(op.returned(await open.lease('a')));
    await open.ask(op.settle(1));
    expect((await open.snapshot()).returned).toEqual([]);
    expect(await open.task('b')).toBeNull();
  });

  it('leaves the other tasks alone, and can be repeated', async () => {
    const open = await queue({
      allocated: 4,
      published: 4,
      fetched: 4,
      returned: [{ from: 1, to: 3 }],
    });
    await open.round(op.settle(2), op.settle(2), op.settle(4));
    expect((await open.snapshot()).returned).toEqual([
      { from: 1, to: 1 },
      { from: 3, to: 3 },
    ]);
    expect(await open.task('a')).toBe(1);
    await open.ask(op.settle(3));
    expect((await open.snapshot()).leases).toHaveLength(1);
  });

  it('of an index that has no task to meet lets nobody meet it', async () => {
    const open = await queue({ claimedTo: 8, allocated: 8, published: 8 });
    await open.round(op.closeSegment(2), op.extend(12), op.reserve, op.reserve, op.reserve);
    await open.round(op.publish(11), op.markGap(10), op.settle(9), op.settle(10), op.settle(6));
    const tasks: (number | null)[] = [];
    for (const worker of 'abcdef') tasks.push(await open.task(worker));
    expect(tasks).toEqual([1, 2, 3, 4, 11, null]);
  });

  it('of a lease from before a rewind lets the next index meet the task again', async () => {
    const open = await queue();
    await open.add(2);
    await open.lease('a');
    await open.rewind(0);
    await open.ask(op.settle(1));
    expect(await open.task('b')).toBe(1);
  });
}
