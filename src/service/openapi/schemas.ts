import { LEASE_ID } from '../../domain';
import type { JsonSchema } from '../params/schema';

/** Words for the schemas of answers. */

export const described = (schema: JsonSchema, description: string): JsonSchema => ({
  ...schema,
  description,
});

export const flag = (description: string): JsonSchema => ({ type: 'boolean', description });
export const text = (description: string): JsonSchema => ({ type: 'string', description });
export const count = (description: string): JsonSchema => ({
  ...{ type: 'integer', minimum: 0, description },
});
export const time = (description: string): JsonSchema =>
  count(`${description} Milliseconds since 1970.`);
export const list = (items: JsonSchema, description: string): JsonSchema => ({
  ...{ type: 'array', items, description },
});
export const oneOf = (names: readonly string[], description: string): JsonSchema => ({
  ...{ type: 'string', enum: names, description },
});
export const orNull = ({ type, ...schema }: JsonSchema): JsonSchema => ({
  type: [type ?? [], 'null'].flat(),
  ...schema,
});
export const leaseId = (description: string): JsonSchema => ({
  ...{ type: 'string', pattern: LEASE_ID.source, description },
});
export const schemaNamed = (name: string): JsonSchema => ({
  $ref: `#/components/schemas/${name}`,
});

type Names<A> = A extends unknown ? keyof A & string : never;

/**
 * An object with these members and no others. A member that the type gains or loses does not compile
 * until its schema says so; of a union: the members that any of them has.
 */
export const record = <A extends object>(
  members: Readonly<Record<Names<A>, JsonSchema>>,
  optional: readonly Names<A>[] = [],
): JsonSchema => ({
  type: 'object',
  properties: members,
  required: Object.keys(members).filter((name) => !optional.includes(name as Names<A>)),
  additionalProperties: false,
});
