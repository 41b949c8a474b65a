import type { Segment } from '../../../../src/domain';
import * as op from '../operations';
import type { Given } from '../projectionUnderTest';

export function info({ server, queue }: Given): void {
  it('of an empty queue is zeros', async () => {
    expect(await (await queue()).ask(op.info())).toEqual({
      published: 0,
      fetched: 0,
      counts: { waiting: 0, leased: 0, returned: 0, pending: 0, gaps: 0 },
      leases: [],
    });
  });

  it('counts what waits, is held, was returned, is pending and is a gap, and no hole', async () => {
    const open = await queue({
      claimedTo: 20,
      allocated: 20,
      published: 18,
      fetched: 6,
      known: [1, 2, 3, 5] as Segment[],
      returned: [{ from: 1, to: 3 }],
      gaps: [
        { from: 4, to: 4 },
        { from: 7, to: 8 },
      ],
      pending: [
        { from: 5, to: 5, since: 0 },
        { from: 9, to: 9, since: 0 },
        { from: 19, to: 20, since: 0 },
      ],
    });
    const lease = await open.lease('w'); // 1
    // above fetched: 10, 11, 12, 17 and 18; 13 to 16 are not known
    expect(await open.ask(op.info())).toEqual({
      published: 18,
      fetched: 6,
      counts: { waiting: 5 + 2, leased: 1, returned: 2, pending: 4, gaps: 3 },
      leases: [lease],
    });
  });

  it('does not count as waiting what is held since before a rewind', async () => {
    const open = await queue();
    await open.add(4);
    await open.lease('a');
    await open.lease('b');
    await open.rewind(0);
    const { fetched, counts } = await open.ask(op.info());
    expect({ fetched, ...counts }).toMatchObject({
      fetched: 0,
      waiting: 2,
      leased: 2,
      returned: 0,
    });
  });

  it('lists the oldest leases, at most so many', async () => {
    const open = await queue();
    await open.add(3);
    const leases = [];
    for (const worker of 'abc') {
      leases.push(await open.lease(worker, 50_000 - 10_000 * leases.length));
      await server().advance(1000);
    }
    expect((await open.ask(op.info())).leases).toEqual(leases);
    expect((await open.ask(op.info(2))).leases).toEqual(leases.slice(0, 2));
    const { counts, leases: none } = await open.ask(op.info(0));
    expect(none).toEqual([]);
    expect(counts.leased).toBe(3);
  });
}
