import type { Seal } from '../../../src/domain';
import { decodeSeal, encodeSeal } from '../../../src/domain';

const seal: Seal = {
  v: 1,
  ownerId: 'owner',
  serviceId: 'service',
  number: 3,
  segment: 2,
  epoch: 5,
  closedAt: 1_000,
  sealedAt: 2_000,
  rows: 7,
  rowsHash: 'a'.repeat(64),
  listHash: 'b'.repeat(64),
  previous: '0'.repeat(64),
  signedBy: 'c'.repeat(64),
};
const decoded = (json: object) => decodeSeal({ body: JSON.stringify(json) });

test('a seal comes back as it was made, with and without the time of closing', () => {
  for (const each of [seal, { ...seal, closedAt: null }]) {
    expect(decodeSeal({ body: encodeSeal(each) })).toEqual(each);
  }
});

test('what is no seal of this release is none', () => {
  expect(decodeSeal({ body: '{' })).toBeNull();
  expect(decoded({ ...seal, v: 2 })).toBeNull();
  for (const field of Object.keys(seal)) {
    expect(decoded({ ...seal, [field]: undefined })).toBeNull();
    expect(decoded({ ...seal, [field]: {} })).toBeNull();
  }
});
