import * as E from 'fp-ts/Either';
import { textOfFile } from './codecs';
import { readConfigFile } from './configFile';
import type { Setting, Settings, Values } from './setting';
import { envOf, fileEnvOf, flagOf } from './setting';
import { SETTINGS } from './settings';

/** As given; undefined or empty: not given. */
export interface Sources {
  /** By the flag: `--redis-url`. */
  readonly flags: Readonly<Record<string, string | undefined>>;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface Config<S extends Settings> {
  readonly values: Values<S>;
  /** Where each comes from: a flag, a variable, the file, or 'default'. */
  readonly from: { readonly [K in keyof S]: string };
}

/** Something given for a setting, by the name its giver used. */
interface Given {
  readonly name: string;
  readonly value: unknown;
  /** The value is the path of a file that holds the secret. */
  readonly isPath?: true;
}

/**
 * The settings of a command from flags, environment and file, the first that gives one; or all mistakes at
 * once, each with name, what was given and what is expected. `required`: groups of which one must be given.
 */
export function readConfig<S extends Settings>(
  settings: S,
  { flags, env }: Sources,
  required: readonly (readonly (keyof S & string)[])[] = [],
): E.Either<readonly string[], Config<S>> {
  const path = [flags['--config'], env['CONFIG_FILE']].find(isGiven);
  // All settings are known in it, so that commands can share one.
  const file =
    path === undefined
      ? { values: new Map<string, unknown>(), mistakes: [] }
      : readConfigFile(path, Object.keys(SETTINGS));
  const mistakes = [...file.mistakes];
  const values: Record<string, unknown> = {};
  const from: Record<string, string> = {};
  const refused = new Set<string>();

  for (const [key, setting] of Object.entries(settings)) {
    const flag = flagOf(key, setting);
    const candidates: Given[] = [
      { name: flag, value: setting.secret && setting.flag === null ? undefined : flags[flag] },
      { name: `${flag}-file`, value: flags[`${flag}-file`], isPath: true },
      { name: envOf(key), value: env[envOf(key)] },
      { name: fileEnvOf(key), value: env[fileEnvOf(key)], isPath: true },
      { name: `${key} in ${String(path)}`, value: file.values.get(key) },
    ];
    const given = candidates.find(
      ({ value, isPath }) => isGiven(value) && (isPath === undefined || setting.secret),
    );
    from[key] = given?.name ?? 'default';
    const read =
      given === undefined ? E.right(setting.byDefault as unknown) : decode(setting, given);
    if (E.isRight(read)) values[key] = read.right;
    else {
      mistakes.push(read.left);
      refused.add(key);
    }
  }

  for (const [key, { needs }] of Object.entries(settings)) {
    if (refused.has(key)) continue;
    if (needs !== null && values[key] !== undefined && values[needs] === undefined) {
      if (!refused.has(needs)) mistakes.push(`${String(from[key])} needs ${envOf(needs)} as well`);
    }
  }
  for (const group of required) {
    if (group.some((key) => refused.has(key) || values[key] !== undefined)) continue;
    const expected = group.map((key) => `${envOf(key)} must be ${settings[key]?.codec.name ?? ''}`);
    mistakes.push(`${expected.join(', or ')}; it was not given`);
  }
  return mistakes.length === 0
    ? E.right({ values: values as Values<S>, from: from as Config<S>['from'] })
    : E.left(mistakes);
}

const isGiven = <A>(value: A): value is NonNullable<A> => value !== undefined && value !== '';

function decode(setting: Setting<unknown>, given: Given): E.Either<string, unknown> {
  if (given.isPath === undefined) return decodeValue(setting, given);
  const text = textOfFile(String(given.value));
  if (E.isLeft(text)) return E.left(`The file that ${given.name} names ${text.left}`);
  // An editor ends a file with a line break, a secret does not.
  return decodeValue(setting, { ...given, value: text.right.replace(/\r?\n$/, '') });
}

function decodeValue(
  { codec, show }: Setting<unknown>,
  { name, value }: Given,
): E.Either<string, unknown> {
  const decoded = codec.decode(value);
  if (E.isRight(decoded)) return decoded;
  const shown = show === null ? JSON.stringify(value).slice(0, 200) : '***';
  const why = decoded.left[0]?.message;
  return E.left(
    `${name} must be ${codec.name}; given was ${shown}${why === undefined ? '' : ` (${why})`}`,
  );
}
