import type { Epoch, Segment } from '../../../../src/domain';
import * as op from '../operations';
import type { Given } from '../projectionUnderTest';

export function rewind({ server, projection, queue, unused }: Given): void {
  it('opens the new epoch, whose versions start again, and the old one is stale', async () => {
    const open = await queue();
    await open.add(3);
    await open.rewind(1);
    expect(await open.snapshot()).toMatchObject({ epoch: 2, version: 0 });
    expect(await projection().round(open.id, 1 as Epoch, [])).toEqual({ type: 'stale', epoch: 2 });
    expect(await open.ask(op.claim('w'))).toMatchObject({
      lease: { index: 1, leaseId: '1.2.2' },
      recovered: 1,
    });
  });

  it('goes back to last, and the acked tasks above it are met again', async () => {
    const open = await queue();
    await open.add(4);
    for (const worker of 'abcd') await open.ask(op.settle((await open.lease(worker)).index));
    expect(await open.task('w')).toBeNull();
    await open.rewind(2);
    expect((await open.snapshot()).fetched).toBe(2);
    expect(await open.task('w')).toBe(3);
    expect(await open.task('x')).toBe(4);
    expect(await open.task('y')).toBeNull();
  });

  it('does not go forward', async () => {
    const open = await queue();
    await open.add(4);
    await open.lease('a');
    await open.rewind(3);
    expect((await open.snapshot()).fetched).toBe(1);
    expect(await open.task('b')).toBe(2);
  });

  it('forgets returned tasks above last, which the next index meets, once', async () => {
    const open = await queue({
      claimedTo: 8,
      allocated: 8,
      published: 6,
      fetched: 6,
      returned: [{ from: 1, to: 5 }],
    });
    await open.rewind(3);
    expect((await open.snapshot()).returned).toEqual([{ from: 1, to: 3 }]);
    const tasks: (number | null)[] = [];
    for (const worker of 'abcdefg') tasks.push(await open.task(worker));
    expect(tasks).toEqual([1, 2, 3, 4, 5, 6, null]);
  });

  it('leaves leases, pending indices and gaps, and they are passed over', async () => {
    const open = await queue({
      claimedTo: 8,
      allocated: 6,
      published: 6,
      pending: [{ from: 1, to: 1, since: 0 }],
      gaps: [{ from: 2, to: 2 }],
    });
    const lease = await open.lease('a'); // 3
    await open.ask(op.settle((await open.lease('b')).index)); // 4
    await open.rewind(0);
    expect(await open.snapshot()).toMatchObject({
      allocated: 6,
      published: 6,
      leases: [lease],
      pending: [{ from: 1, to: 1 }],
      gaps: [{ from: 2, to: 2 }],
    });
    expect(await open.lease('a')).toEqual(lease);
    expect(await open.task('c')).toBe(4);
    expect(await open.ask(op.publish(2))).toBe('VOID');
    expect(await open.ask(op.publish(1))).toBe('OK');
    expect(await open.task('d')).toBe(1);
  });

  it('is stale, and changes nothing, where a segment to be opened is not known: it was closed meanwhile', async () => {
    const open = await queue({ claimedTo: 12, allocated: 12, published: 12, fetched: 12 });
    await open.round(op.closeSegment(2));
    const before = await open.snapshot();
    expect(await open.tryRewind(4, [2, 3])).toBe('stale');
    expect(await open.snapshot()).toEqual(before);
    expect(await open.tryRewind(8, [3])).toBe('opened');
  });

  it('knows what was claimed in the log, but not yet told here', async () => {
    const open = await queue({ claimedTo: 12, allocated: 12, published: 12, fetched: 12 });
    expect(await open.tryRewind(4, [2, 3, 4])).toBe('opened');
    expect((await open.snapshot()).known).toEqual([1, 2, 3, 4]);
    expect(await open.task('a')).toBe(5);
  });

  it('does not meet what is outside known', async () => {
    const open = await queue({ claimedTo: 12, allocated: 12, published: 12, fetched: 12 });
    await open.ask(op.closeSegment(2));
    await open.tryRewind(3, []);
    expect(await open.task('a')).toBe(4);
    expect(await open.task('b')).toBe(9);
  });

  it('leaves the lease clock going', async () => {
    const open = await queue();
    await open.add(1);
    const lease = await open.lease('a', 60_000);
    await open.rewind(0);
    await server().advance(60_000);
    expect(await open.ask(op.expired())).toMatchObject([{ lease, version: 1 }]);
  });

  it('is stale, and changes nothing, from any other epoch', async () => {
    const open = await queue({ epoch: 3 as Epoch });
    await open.add(2);
    await open.lease('a');
    const before = await open.snapshot();
    for (const from of [2, 4] as Epoch[]) {
      const change = { from, to: 5 as Epoch, last: 0, reopened: [7 as Segment] };
      expect(await projection().rewind(open.id, change)).toBe('stale');
    }
    expect(await open.snapshot()).toEqual(before);
  });

  it('is stale where nothing is held', async () => {
    const change = { from: 1 as Epoch, to: 2 as Epoch, last: 0, reopened: [] };
    expect(await projection().rewind(unused(), change)).toBe('stale');
  });
}
