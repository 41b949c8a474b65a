import * as E from 'fp-ts/Either';
import type { ValueLimits, ValueRefusal } from './valueCheck';
import { checkValue, VALUE_LIMITS } from './valueCheck';
import { tag, untag } from './valueTags';

/** In front of JSON with tags. Plain JSON never begins with it, so it needs nothing in front. */
const TAGGED = '\u0001';

/**
 * The bytes of a value: JSON, with tags (valueTags.ts) only if it holds something JSON has no form for.
 *
 * Comes back equal: JSON, undefined, NaN, the infinities, -0, BigInt, valid Date, Buffer; a Uint8Array
 * comes back as a Buffer, a hole in an array as undefined, an object without prototype with one.
 * Left: anything else in it, named by its path, which begins with `name`. No toJSON is called.
 */
export function encodeValue(
  value: unknown,
  limits: ValueLimits = VALUE_LIMITS,
  name = 'value',
): E.Either<ValueRefusal, Buffer> {
  try {
    const check = checkValue(value, limits, name);
    if (!check.ok) return E.left(check.refusal);
    const text = check.special ? TAGGED + JSON.stringify(tag(value)) : JSON.stringify(value);
    const bytes = Buffer.from(text);
    return bytes.length > limits.bytesMax ? E.left(tooLarge(name, bytes, limits)) : E.right(bytes);
  } catch (error) {
    // A getter or a proxy of the caller.
    const why = error instanceof Error ? error.message : 'something was thrown';
    return E.left({
      kind: 'unsupported',
      path: name,
      message: `${name} could not be read (${why}); give plain data`,
    });
  }
}

/** The value of `encodeValue`'s bytes. Throws on anything else. Nothing in it is evaluated as code. */
export function decodeValue(bytes: Buffer): unknown {
  return bytes[0] === TAGGED.charCodeAt(0)
    ? untag(JSON.parse(bytes.toString('utf8', 1)))
    : JSON.parse(bytes.toString('utf8'));
}

const tooLarge = (name: string, bytes: Buffer, limits: ValueLimits): ValueRefusal => ({
  kind: 'tooLarge',
  path: name,
  message:
    `${name} has ${bytes.length} bytes encoded, ${limits.bytesMax} are allowed; ` +
    'store the data elsewhere and add a reference to it',
});
