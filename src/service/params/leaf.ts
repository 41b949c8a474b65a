import * as t from 'io-ts';
import type { JsonSchema } from './schema';

/**
 * A codec of one parameter. Its name says what is expected, in words for the caller; its schema says the
 * same to programs, as far as a schema can.
 */
export class Leaf<A> extends t.Type<A> {
  constructor(
    expected: string,
    readonly schema: JsonSchema,
    is: (u: unknown) => u is A,
  ) {
    super(
      expected,
      is,
      (u, context) => (is(u) ? t.success(u) : t.failure(u, context)),
      (a) => a,
    );
  }
}

export const leaf = <A>(
  expected: string,
  schema: JsonSchema,
  is: (u: unknown) => u is A,
): Leaf<A> => new Leaf(expected, schema, is);
