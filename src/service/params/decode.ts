import { isLeft } from 'fp-ts/Either';
import type { ValidationError } from 'io-ts';
import { InvalidInput } from '../../domain';
import { describe } from './describe';
import { nearestName } from './nearestName';
import type { Params } from './params';

/** The parameters, or InvalidInput with `data` { path, expected, given, hint? } for the first mistake. */
export function decode<A>({ codec, names }: Params<A>, given: unknown): A {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new InvalidInput('The parameters must be an object', {
      path: '',
      expected: 'an object',
      given: describe(given),
    });
  }
  refuseUnknown(Object.keys(given), names);
  // Only what is refused needs to know where it is wrong: 0.4 us less for an add.
  if (codec.is(given)) return given;
  const decoded = codec.decode(given);
  if (isLeft(decoded)) throw mistake(decoded.left[0]);
  return decoded.right;
}

/** A mistyped name must not silently mean 'not given'. */
export function refuseUnknown(given: readonly string[], known: readonly string[]): void {
  const unknown = given.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const path = unknown.slice(0, 64);
  const nearest = nearestName(unknown, known);
  throw new InvalidInput(`There is no parameter '${path}'`, {
    path,
    expected: known.length === 0 ? 'no parameters' : `one of ${known.join(', ')}`,
    given: `'${path}'`,
    ...hintFor(unknown, nearest),
  });
}

function hintFor(unknown: string, nearest: string | undefined): { hint?: string } {
  if (unknown === 'ownerId')
    return { hint: 'The owner comes with the authentication, never as a parameter.' };
  return nearest === undefined ? {} : { hint: `Did you mean '${nearest}'?` };
}

function mistake(error: ValidationError | undefined): InvalidInput {
  const last = error?.context.at(-1);
  const path = last?.key ?? '';
  const expected = last?.type.name ?? '';
  const given = describe(error?.value);
  const hint = HINTS[path];
  return new InvalidInput(`'${path}' must be ${expected}; given was ${given}`, {
    path,
    expected,
    given,
    ...(hint === undefined ? {} : { hint }),
  });
}

const HINTS: Readonly<Record<string, string>> = {
  serviceId: 'serviceId names the queue: the external service whose tasks these are.',
  workerId: 'workerId is a name that each worker chooses for itself, for example worker-1.',
  timeToRecover:
    'After this time a task that was not acked is given to another worker; 60000 if left out.',
  leaseId: 'Leave leaseId out to ack the present task of this worker.',
  last: 'Tasks with a greater index wait again; 0 rewinds the whole queue.',
};
