import * as op from '../operations';
import type { Given } from '../projectionUnderTest';

export function hole({ server, queue }: Given): void {
  it('ends the lease and makes the index a gap', async () => {
    const open = await queue();
    await open.add(2);
    expect(await open.ask(op.hole(await open.lease('a')))).toBe('OK');
    expect(await open.snapshot()).toMatchObject({
      leases: [],
      returned: [],
      gaps: [{ from: 1, to: 1 }],
    });
    expect(await open.ask(op.holding('a'))).toBeNull();
    expect(await open.task('b')).toBe(2);
    expect(await open.ask(op.publish(1))).toBe('VOID');
  });

  it("does nothing if that lease is not the task's any more", async () => {
    const open = await queue();
    await open.add(1);
    const old = await open.lease('a', 1000);
    await server().advance(10_000);
    const lease = await open.lease('b');
    expect(await open.ask(op.hole(old))).toBe('OK');
    expect(await open.snapshot()).toMatchObject({ leases: [lease], gaps: [] });
    await open.round(op.settle(1), op.hole(lease));
    expect((await open.snapshot()).gaps).toEqual([]);
  });

  it('is passed over also where a rewind has gone back behind it', async () => {
    const open = await queue();
    await open.add(2);
    const lease = await open.lease('a');
    await open.rewind(0);
    await open.ask(op.hole(lease));
    expect(await open.task('b')).toBe(2);
  });
}
