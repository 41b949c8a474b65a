import { NotAuthenticated } from '../../../src/domain';
import { ownerOf } from '../../../src/service/owner';

test.each([
  [{ ownerId: 'a' }, 'a'],
  [{ acl: { ownerId: 'a' } }, 'a'],
  [{ ownerId: 'a', acl: { ownerId: 'a' } }, 'a'],
  [{ ownerId: 'a', acl: null }, 'a'],
  [{ ownerId: null, acl: { ownerId: '__proto__' } }, '__proto__'],
])('%j is the owner of the call', (meta, owner) => {
  expect(ownerOf(meta)).toBe(owner);
});

test.each([
  [{}],
  [null],
  [undefined],
  [{ user: { ownerId: 'a' } }],
  [{ ownerId: '' }],
  [{ ownerId: 5 }],
  [{ ownerId: 'a\n' }],
  [{ ownerId: 'x'.repeat(257) }],
  [{ ownerId: 'a', acl: { ownerId: 'b' } }],
  [{ ownerId: 'a', acl: { ownerId: '' } }],
  [{ acl: 'a' }],
  [Object.create({ ownerId: 'inherited' })],
])('%j names no owner', (meta) => {
  expect(() => ownerOf(meta)).toThrow(NotAuthenticated);
});
