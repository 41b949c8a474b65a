import * as E from 'fp-ts/Either';
import type { ValueCodec } from '../domain';
import { InvalidInput } from '../domain';
import { decodeValue, encodeValue } from './value';
import type { ValueLimits } from './valueCheck';
import { VALUE_LIMITS } from './valueCheck';

/** Deeper, the check itself could run out of stack. */
const DEPTH_MAX = 1_000;

/** The port of the commands. Throws RangeError on limits that cannot be kept. */
export function createValueCodec(limits: ValueLimits = VALUE_LIMITS): ValueCodec {
  if (!(limits.depthMax >= 1 && limits.depthMax <= DEPTH_MAX)) {
    throw new RangeError(`depthMax must be from 1 to ${DEPTH_MAX}, is ${limits.depthMax}`);
  }
  if (!(limits.bytesMax >= 1)) {
    throw new RangeError(`bytesMax must be at least 1, is ${limits.bytesMax}`);
  }
  return {
    encode(value, name) {
      const encoded = encodeValue(value, limits, name);
      if (E.isRight(encoded)) return encoded.right;
      const { kind, path, message } = encoded.left;
      throw new InvalidInput(message, { path, expected: 'a value that can be stored', kind });
    },
    decode: decodeValue,
  };
}
