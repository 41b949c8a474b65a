import { InvalidInput } from '../domain/errors';

/** What cannot work is refused where it is given, and not at the first call. */
export function mustBe(holds: boolean, path: string, expected: string): void {
  if (!holds) throw new InvalidInput(`${path} must be ${expected}`, { path, expected });
}

/** A mistyped name must not silently mean 'not given'. */
export function mustBeKnown(given: object, known: readonly string[]): void {
  for (const name of Object.keys(given))
    mustBe(known.includes(name), name, `one of the options ${known.join(', ')}`);
}

/** A day, as for leases; a timer of Node can be set for 24 of them. */
const MS_MAX = 86_400_000;

export const mustBeMs = (value: number, path: string): void =>
  mustBe(
    Number.isInteger(value) && value >= 1 && value <= MS_MAX,
    path,
    `a whole number of milliseconds from 1 to ${MS_MAX}`,
  );
