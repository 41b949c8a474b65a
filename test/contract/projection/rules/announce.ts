import type { Epoch } from '../../../../src/domain';
import type { Given } from '../projectionUnderTest';

export function announce({ projection, unused }: Given): void {
  const building = { epoch: 3 as Epoch, beat: 1 };

  it('is told to who asks for the identity, as it was said last', async () => {
    const id = unused();
    expect(await projection().identity(id)).toHaveProperty('building', null);
    await projection().announce(id, building);
    await projection().announce(id, { ...building, beat: 2 });
    expect(await projection().identity(id)).toHaveProperty('building', { ...building, beat: 2 });
  });

  it('can be taken back, also where nothing was said', async () => {
    const id = unused();
    await projection().announce(id, null);
    await projection().announce(id, building);
    await projection().announce(id, null);
    expect(await projection().identity(id)).toHaveProperty('building', null);
  });

  it('is of one queue, opened or not, and of no other', async () => {
    const [id, other] = [unused(), unused()];
    await projection().announce(id, building);
    expect(await projection().identity(other)).toHaveProperty('building', null);
  });
}
