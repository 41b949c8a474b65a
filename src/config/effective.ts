import type { Config } from './readConfig';
import type { Setting, Settings } from './setting';

export interface Effective {
  readonly key: string;
  /** null: none. Secrets are ***. */
  readonly value: unknown;
  readonly from: string;
}

/** What holds, and where it comes from, as it may be shown. */
export const effective = <S extends Settings>(
  settings: S,
  { values, from }: Config<S>,
): Effective[] =>
  Object.entries(settings).map(([key, setting]) => ({
    key,
    value: shownOf(setting, values[key]),
    from: from[key] as string,
  }));

export const shownOf = ({ show }: Setting<unknown>, value: unknown): unknown => {
  if (value === undefined || value === null) return null;
  return show === null ? value : show(value);
};
