import { shownOf } from './effective';
import { flagsOf, textOf } from './flags';
import type { Settings } from './setting';
import { envOf, fileEnvOf } from './setting';
import { GROUPS } from './settings';

/** What docs/configuration.md tells of a setting. */
interface Documented {
  readonly key: string;
  readonly env: readonly string[];
  readonly flag: string;
  /** Empty: none. */
  readonly byDefault: string;
  readonly expected: string;
  readonly about: string;
}

/** All settings, by the title of their group. */
export const documented = (): Record<keyof typeof GROUPS, Documented[]> =>
  Object.fromEntries(
    Object.entries(GROUPS).map(([title, settings]) => [title, rowsOf(settings)]),
  ) as Record<keyof typeof GROUPS, Documented[]>;

const rowsOf = (settings: Settings): Documented[] =>
  Object.entries(settings).map(([key, setting]) => {
    const byDefault = shownOf(setting, setting.byDefault);
    return {
      key,
      env: setting.secret ? [envOf(key), fileEnvOf(key)] : [envOf(key)],
      flag: flagsOf(key, setting)[0].flag,
      byDefault: byDefault === null ? '' : textOf(byDefault),
      expected: setting.codec.name,
      about: setting.about,
    };
  });
