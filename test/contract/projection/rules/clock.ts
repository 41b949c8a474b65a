import type { Epoch } from '../../../../src/domain';
import { stateOf } from '../openQueue';
import * as op from '../operations';
import type { Given } from '../projectionUnderTest';
import { SLACK_MS } from '../projectionUnderTest';

const HOUR_MS = 3_600_000;

export function clock({ server, projection, queue, unused }: Given): void {
  it('goes on with the time of the server', async () => {
    const open = await queue();
    const before = (await open.round()).now;
    await server().advance(60_000);
    const passed = (await open.round()).now - before;
    expect(passed).toBeGreaterThanOrEqual(60_000);
    expect(passed).toBeLessThan(60_000 + SLACK_MS);
  });

  it('stands still when the time jumps back, so that no lease is longer by it', async () => {
    const open = await queue();
    await open.add(2);
    const { leaseUntil } = await open.lease('w', 60_000);
    const before = (await open.round()).now;
    await server().jumpBack(HOUR_MS);
    const { now } = await open.round();
    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThan(before + SLACK_MS);

    await server().advance(60_000);
    expect((await open.round()).now).toBeGreaterThanOrEqual(leaseUntil);
    expect(await open.ask(op.expired())).toMatchObject([{ lease: { leaseUntil } }]);
  });

  it('takes a jump forward once, also if the time jumps back after it', async () => {
    const open = await queue();
    const before = (await open.round()).now;
    await server().advance(HOUR_MS);
    await open.round();
    await server().jumpBack(HOUR_MS);
    await open.round();
    const { now } = await open.round();
    expect(now).toBeGreaterThanOrEqual(before + HOUR_MS);
    expect(now).toBeLessThan(before + HOUR_MS + SLACK_MS);
  });

  it('starts no earlier than what the restored state has seen, and goes on from there', async () => {
    const { now: time } = await projection().identity(unused());
    const open = await queue({ clock: time + HOUR_MS });
    const { now } = await open.round();
    expect(now).toBeGreaterThanOrEqual(time + HOUR_MS);
    expect(now).toBeLessThan(time + HOUR_MS + SLACK_MS);
    await server().advance(60_000);
    expect((await open.round()).now).toBeGreaterThanOrEqual(now + 60_000);
  });

  it('starts no earlier than the time of the server', async () => {
    const id = unused();
    const { identity, now: time } = await projection().identity(id);
    await projection().restore(id, identity, stateOf({ clock: time - HOUR_MS }));
    expect(await projection().round(id, 1 as Epoch, [])).toHaveProperty('now');
    expect((await projection().snapshot(id))?.clock).toBeGreaterThanOrEqual(time);
  });

  it('is what all times of a lease are taken from', async () => {
    const open = await queue();
    await open.add(1);
    const { now, replies } = await open.round(op.claim('w', 1234));
    expect(replies[0]?.lease).toMatchObject({ fetchedAt: now, leaseUntil: now + 1234 });
  });

  it('of one queue does not count the time another one was not looked at', async () => {
    const one = await queue();
    const other = await queue();
    const before = (await one.round()).now;
    await other.round();
    await server().advance(HOUR_MS);
    await other.round();
    await server().jumpBack(HOUR_MS);
    await other.round();
    expect((await one.round()).now).toBeLessThan(before + SLACK_MS);
  });
}
