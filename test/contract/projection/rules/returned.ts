import * as op from '../operations';
import type { Given } from '../projectionUnderTest';

export function returned({ server, queue }: Given): void {
  it('ends the lease, and the task waits again', async () => {
    const open = await queue();
    await open.add(2);
    const lease = await open.lease('a');
    expect(await open.ask(op.returned(lease))).toBe('OK');
    expect(await open.snapshot()).toMatchObject({ leases: [], returned: [{ from: 1, to: 1 }] });
    expect(await open.ask(op.holding('a'))).toBeNull();
    expect(await open.task('b')).toBe(1);
  });

  it("does nothing if that lease is not the task's any more", async () => {
    const open = await queue();
    await open.add(2);
    const old = await open.lease('a', 1000);
    await server().advance(10_000);
    const { lease } = (await open.ask(op.claim('b')))!;
    expect(lease.index).toBe(old.index);
    expect(await open.ask(op.returned(old))).toBe('OK');
    expect(await open.snapshot()).toMatchObject({ leases: [lease], returned: [] });

    await open.ask(op.settle(1));
    expect(await open.ask(op.returned(lease))).toBe('OK');
    expect((await open.snapshot()).returned).toEqual([]);
  });

  it('above fetched, after a rewind, lists nothing: walking up meets the task', async () => {
    const open = await queue();
    await open.add(3);
    await open.lease('a');
    const second = await open.lease('b');
    await open.rewind(0);
    await open.ask(op.returned(second));
    expect((await open.snapshot()).returned).toEqual([]);
    expect(await open.task('c')).toBe(2); // 1 is still a's
    expect(await open.task('d')).toBe(3);
    expect(await open.task('e')).toBeNull();
  });
}
