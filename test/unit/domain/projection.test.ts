import type { Epoch } from '../../../src/domain';
import { stale } from '../../../src/domain';

test('a round that came too late is told the epoch that is there, if one is', () => {
  expect(stale(3 as Epoch)).toEqual({ type: 'stale', epoch: 3 });
  expect(stale(null)).toEqual({ type: 'stale', epoch: null });
});
