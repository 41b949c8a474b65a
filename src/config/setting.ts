import type * as t from 'io-ts';

/** One setting, declared once: its names, its flag, its documentation and its check come from here. */
export interface Setting<A> {
  /** Decodes the text of a flag or variable as well as what stands in a file. Its name says what is expected. */
  readonly codec: t.Type<NonNullable<A>, unknown>;
  /** undefined: none. */
  readonly byDefault: A;
  /** One sentence. */
  readonly about: string;
  /** Has no flag, since others can read a command line; can be read from a file of its own instead. */
  readonly secret: boolean;
  /** In place of the flag that is made from the key. A secret that has one is taken from it, too. */
  readonly flag: string | null;
  /** What may be shown of a value, null: all. Only then a value that was refused is repeated. */
  readonly show: ((value: NonNullable<A>) => unknown) | null;
  /** Another setting without which this one means nothing. */
  readonly needs: string | null;
}

/** Settings by their key, which is also their path in a file. */
export type Settings = Readonly<Record<string, Setting<any>>>; // eslint-disable-line @typescript-eslint/no-explicit-any -- each has its own

export type Values<S extends Settings> = {
  readonly [K in keyof S]: S[K] extends Setting<infer A> ? A : never;
};

interface More<A> {
  readonly secret?: boolean;
  readonly show?: (value: A) => unknown;
  readonly needs?: string;
  readonly flag?: string;
}

const made = <A, D>(
  codec: t.Type<A, unknown>,
  byDefault: D,
  about: string,
  { secret = false, show, needs, flag }: More<A>,
) => ({
  codec,
  byDefault,
  about,
  secret,
  show: secret ? () => '***' : (show ?? null),
  needs: needs ?? null,
  flag: flag ?? null,
});

/** A setting with a default. */
export const setting = <A>(
  codec: t.Type<A, unknown>,
  byDefault: A,
  about: string,
  more: More<A> = {},
): Setting<A> => made(codec, byDefault, about, more) as unknown as Setting<A>; // what it decodes is in the codec alone

/** A setting that need not be given. */
export const optional = <A>(
  codec: t.Type<A, unknown>,
  about: string,
  more: More<A> = {},
): Setting<A | undefined> =>
  made(codec, undefined, about, more) as unknown as Setting<A | undefined>; // as above

/** redis.tls.caFile: REDIS_TLS_CA_FILE. */
export const envOf = (key: string): string =>
  key
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .replaceAll('.', '_')
    .toUpperCase();

/** redis.tls.caFile: --redis-tls-ca-file, unless the setting has one of its own. */
export const flagOf = (key: string, { flag }: Pick<Setting<unknown>, 'flag'>): string =>
  flag ?? `--${envOf(key).toLowerCase().replaceAll('_', '-')}`;

/** The variable that names a file with the secret, as containers have them. */
export const fileEnvOf = (key: string): string => `${envOf(key)}_FILE`;
