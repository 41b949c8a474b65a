import type { Values } from '../config';
import { settings } from '../config';

type Bounds = Values<typeof settings.BOUNDS>;
type Name<K> = K extends `limits.${infer N}` ? N : never;

/** The bounds by the names that the service has for them. */
export const limitsOf = (values: Bounds) =>
  Object.fromEntries(
    (Object.keys(settings.BOUNDS) as (keyof Bounds)[]).map((key) => [
      key.slice('limits.'.length),
      values[key],
    ]),
  ) as Record<Name<keyof Bounds>, number>;
