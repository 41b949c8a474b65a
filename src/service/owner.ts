import type { OwnerId } from '../domain';
import { NotAuthenticated, OperatorOnly } from '../domain';
import { Text } from './params/text';

/**
 * Whose queues a call is about: `meta.ownerId`, else `meta.acl.ownerId`. Nothing else names the owner,
 * least of all a parameter. Both present and different, none, or no proper id: NotAuthenticated.
 */
export function ownerOf(meta: unknown): OwnerId {
  const ofAcl = property(property(meta, 'acl'), 'ownerId');
  const owner = property(meta, 'ownerId') ?? ofAcl ?? undefined;
  if (owner === undefined) throw new NotAuthenticated('The call carries no owner');
  if ((ofAcl ?? owner) !== owner) {
    throw new NotAuthenticated('meta.ownerId and meta.acl.ownerId name two owners');
  }
  if (!Text.is(owner)) throw new NotAuthenticated(`The owner must be ${Text.name}`);
  return owner as OwnerId;
}

/** An operator is one by `meta.acl.operator`, which only who checks tokens sets. */
export function requireOperator(meta: unknown): void {
  if (property(property(meta, 'acl'), 'operator') === true) return;
  throw new OperatorOnly('Only an operator of this owner may do that (meta.acl.operator)');
}

const property = (of: unknown, name: string): unknown =>
  typeof of === 'object' && of !== null && Object.hasOwn(of, name)
    ? (of as Record<string, unknown>)[name]
    : undefined;
