import { leaf } from './leaf';

const ID_BYTES_MAX = 256;
const CONTROL_OR_LONE_SURROGATE = /[\p{Cc}\p{Cs}]/u;

/**
 * An identifier that somebody outside chose. Any other name is ordinary: INDEX, __proto__ and
 * constructor do no harm.
 */
export const Text = leaf<string>(
  `a non-empty string of at most ${ID_BYTES_MAX} bytes of UTF-8, without control characters and lone surrogates`,
  // A schema counts characters: of those that take more than one byte, fewer are taken.
  { type: 'string', minLength: 1, maxLength: ID_BYTES_MAX, pattern: '^[^\\p{Cc}\\p{Cs}]+$' },
  (u): u is string =>
    typeof u === 'string' &&
    u.length > 0 &&
    u.length <= ID_BYTES_MAX &&
    // A unit of UTF-16 is at most three bytes: most ids need no counting.
    (u.length * 3 <= ID_BYTES_MAX || Buffer.byteLength(u) <= ID_BYTES_MAX) &&
    !CONTROL_OR_LONE_SURROGATE.test(u),
);
