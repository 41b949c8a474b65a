import * as t from 'io-ts';

/** A codec of one parameter. Its name says what is expected, in words for the caller. */
export const leaf = <A>(expected: string, is: (u: unknown) => u is A): t.Type<A> =>
  new t.Type(
    expected,
    is,
    (u, context) => (is(u) ? t.success(u) : t.failure(u, context)),
    t.identity,
  );
