import type { Epoch } from '../../../../src/domain';
import { ProjectionUnavailable } from '../../../../src/domain';
import { stateOf } from '../openQueue';
import type { Given } from '../projectionUnderTest';

export function close({ projection, queue }: Given): void {
  it('can be repeated, and ends all else', async () => {
    const { id } = await queue();
    const port = projection();
    await port.close();
    await port.close();
    const change = { from: 1 as Epoch, to: 2 as Epoch, last: 0, reopened: [] };
    for (const call of [
      () => port.round(id, 1 as Epoch, []),
      () => port.identity(id),
      () => port.shutEpoch(id, 1 as Epoch),
      () => port.restore(id, '', stateOf()),
      () => port.rewind(id, change),
      () => port.snapshot(id),
    ]) {
      await expect(call()).rejects.toThrow(ProjectionUnavailable);
    }
  });
}
