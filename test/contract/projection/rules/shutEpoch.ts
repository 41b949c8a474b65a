import type { Epoch } from '../../../../src/domain';
import { stateOf } from '../openQueue';
import * as op from '../operations';
import type { Given } from '../projectionUnderTest';

export function shutEpoch({ projection, queue, unused }: Given): void {
  it('ends rounds, rewinds and snapshots of that epoch', async () => {
    const open = await queue();
    await projection().shutEpoch(open.id, open.epoch);
    expect(await projection().round(open.id, open.epoch, [])).toHaveProperty('type', 'stale');
    await expect(open.rewind(0)).rejects.toThrow();
    const change = { from: open.epoch, to: 2 as Epoch, last: 0, reopened: [] };
    expect(await projection().rewind(open.id, change)).toBe('stale');
    expect(await projection().snapshot(open.id)).toBeNull();
  });

  it('ends an epoch of which nothing but its numbers is held', async () => {
    const open = await queue({ known: [] });
    await projection().shutEpoch(open.id, open.epoch);
    expect(await projection().round(open.id, open.epoch, [])).toHaveProperty('type', 'stale');
  });

  it('leaves another epoch alone', async () => {
    const open = await queue({ epoch: 2 as Epoch, allocated: 1, published: 1 });
    await projection().shutEpoch(open.id, 1 as Epoch);
    await projection().shutEpoch(open.id, 3 as Epoch);
    expect(await open.ask(op.claim('w'))).not.toBeNull();
  });

  it('leaves a queue alone of which nothing is held', async () => {
    const id = unused();
    await projection().shutEpoch(id, 5 as Epoch);
    const { identity } = await projection().identity(id);
    expect(await projection().restore(id, identity, stateOf())).toBe('opened');
  });

  it('still refuses to open that epoch or an older one, but not a newer one', async () => {
    const open = await queue({ epoch: 2 as Epoch });
    await projection().shutEpoch(open.id, open.epoch);
    expect(await open.restore(stateOf({ epoch: 1 as Epoch }))).toBe('refused');
    expect(await open.restore(stateOf({ epoch: 2 as Epoch }))).toBe('refused');
    expect(await projection().round(open.id, 2 as Epoch, [])).toHaveProperty('type', 'stale');
    expect(await open.restore(stateOf({ epoch: 3 as Epoch }))).toBe('opened');
    expect(await open.ask(op.reserve)).toEqual({ index: 1, version: 1 });
  });
}
