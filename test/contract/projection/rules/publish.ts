import * as op from '../operations';
import type { Given } from '../projectionUnderTest';

export function publish({ queue }: Given): void {
  it('makes a pending index a task', async () => {
    const open = await queue();
    await open.round(op.reserve);
    expect(await open.ask(op.publish(1))).toBe('OK');
    expect(await open.snapshot()).toMatchObject({ published: 1, pending: [], returned: [] });
    expect(await open.task('w')).toBe(1);
  });

  it('in another order than reserved lets nobody be held up, and loses nobody', async () => {
    const open = await queue();
    await open.round(op.reserve, op.reserve, op.reserve);
    await open.ask(op.publish(2));
    expect(await open.task('a')).toBe(2);
    expect(await open.ask(op.publish(1))).toBe('OK'); // 1 was passed over
    expect((await open.snapshot()).returned).toEqual([{ from: 1, to: 1 }]);
    await open.ask(op.publish(3));
    expect(await open.task('b')).toBe(1);
    expect(await open.task('c')).toBe(3);
    expect((await open.snapshot()).published).toBe(3);
  });

  it('of the highest index handed out makes it a returned task', async () => {
    const open = await queue({ allocated: 4, published: 4, fetched: 4, pending: [pending(4, 4)] });
    await open.ask(op.publish(4));
    expect(await open.task('w')).toBe(4);
  });

  it('can be repeated', async () => {
    const open = await queue();
    await open.add(2);
    expect((await open.lease('a')).index).toBe(1);
    expect(await open.ask(op.publish(1))).toBe('OK');
    expect(await open.ask(op.publish(2))).toBe('OK');
    expect(await open.snapshot()).toMatchObject({ published: 2, returned: [] });
    expect(await open.task('b')).toBe(2);
    expect(await open.task('c')).toBeNull();
  });

  it('of a gap is void, for a gap is final', async () => {
    const open = await queue();
    await open.round(op.reserve, op.reserve, op.markGap(1, 2));
    expect(await open.ask(op.publish(2, true))).toBe('VOID');
    expect(await open.snapshot()).toMatchObject({
      published: 0,
      tokens: false,
      gaps: [{ from: 1, to: 2 }],
    });
    expect(await open.task('w')).toBeNull();
  });

  it('outside the known segments is void, for nobody would meet the task', async () => {
    const open = await queue({ allocated: 8, claimedTo: 8, published: 8, fetched: 4 });
    await open.ask(op.closeSegment(1));
    expect(await open.ask(op.publish(4, true))).toBe('VOID');
    expect(await open.ask(op.publish(5))).toBe('OK');
    expect((await open.snapshot()).tokens).toBe(false);
  });

  it('of an index that nobody was given is void', async () => {
    const open = await queue({ allocated: 2, published: 2 });
    expect(await open.ask(op.publish(3, true))).toBe('VOID');
    expect(await open.snapshot()).toMatchObject({ published: 2, tokens: false });
  });

  it('remembers that a task carries a token', async () => {
    const open = await queue();
    await open.round(op.reserve, op.reserve, op.publish(1));
    expect((await open.snapshot()).tokens).toBe(false);
    await open.round(op.publish(2, true), op.publish(1));
    expect((await open.snapshot()).tokens).toBe(true);
    await open.ask(op.publish(2, false));
    expect((await open.snapshot()).tokens).toBe(true);
  });

  it('remembers a token of a task that was published without', async () => {
    const open = await queue({ allocated: 1, published: 1 });
    await open.ask(op.publish(1, true));
    expect((await open.snapshot()).tokens).toBe(true);
  });
}

const pending = (from: number, to: number) => ({ from, to, since: 0 });
