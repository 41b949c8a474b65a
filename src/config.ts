import * as E from 'fp-ts/Either';
import * as t from 'io-ts';

/** What the command `start` runs with. Read once, from flags and the environment; a flag wins. */
export interface Config {
  /** 0: any free one. */
  readonly port: number;
  readonly dataDir: string;
  /** One line of JSON when ready, in place of the text. */
  readonly json: boolean;
}

/** As given; undefined or empty: not given. */
export interface Given {
  readonly flags: { readonly port?: string; readonly 'data-dir'?: string; readonly json?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A setting that cannot be used. */
export interface Mistake {
  /** As the caller wrote it: --port or PORT. */
  readonly setting: string;
  readonly given: string;
  readonly expected: string;
}

const Port = new t.Type<number, string, string>(
  'a whole number from 0 to 65535 (0: any free port)',
  t.number.is,
  (text, context) =>
    /^\d{1,5}$/.test(text) && Number(text) <= 65_535
      ? t.success(Number(text))
      : t.failure(text, context),
  String,
);

const DataDir = new t.Type<string, string, string>(
  'the path of a folder',
  t.string.is,
  (text, context) => (text.includes('\0') ? t.failure(text, context) : t.success(text)),
  t.identity,
);

/** The configuration, or all mistakes at once. */
export function configOf({ flags, env }: Given): E.Either<readonly Mistake[], Config> {
  const mistakes: Mistake[] = [];
  const read = <A>(
    codec: t.Type<A, string, string>,
    fallback: A,
    given: readonly (readonly [setting: string, text: string | undefined])[],
  ): A => {
    const found = given.find(([, text]) => text !== undefined && text !== '');
    if (found?.[1] === undefined) return fallback;
    const decoded = codec.decode(found[1]);
    if (E.isRight(decoded)) return decoded.right;
    mistakes.push({ setting: found[0], given: found[1], expected: codec.name });
    return fallback;
  };

  const config: Config = {
    port: read(Port, 3000, [
      ['--port', flags.port],
      ['PORT', env['PORT']],
    ]),
    dataDir: read(DataDir, './data', [
      ['--data-dir', flags['data-dir']],
      ['DATA_DIR', env['DATA_DIR']],
    ]),
    json: flags.json ?? false,
  };
  return mistakes.length === 0 ? E.right(config) : E.left(mistakes);
}
