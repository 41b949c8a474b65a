import { readFileSync } from 'node:fs';
import * as E from 'fp-ts/Either';
import * as t from 'io-ts';

/** Each takes text, as flags and variables are, and what JSON has for it. The name ends 'must be ...'. */
const codec = <A>(name: string, read: (given: unknown) => A | Refused): t.Type<A, unknown> =>
  new t.Type<A, unknown, unknown>(
    name,
    (value): value is A => !(read(value) instanceof Refused),
    (given, context) => {
      const value = read(given);
      return value instanceof Refused ? t.failure(given, context, value.why) : t.success(value);
    },
    (value) => value,
  );

/** `why` tells more than what is expected; it repeats nothing that was given. */
class Refused {
  constructor(readonly why?: string) {}
}
const REFUSED = new Refused();

const isText = (given: unknown): given is string =>
  typeof given === 'string' && given !== '' && !given.includes('\0');

export const whole = (min: number, max: number, extra = '') =>
  codec(`a whole number from ${String(min)} to ${String(max)}${extra}`, (given) => {
    const number = typeof given === 'string' && /^\d{1,16}$/.test(given) ? Number(given) : given;
    const fits = typeof number === 'number' && Number.isSafeInteger(number);
    return fits && number >= min && number <= max ? number : REFUSED;
  });

export const YesNo = codec<boolean>('true or false', (given) =>
  given === true || given === 'true'
    ? true
    : given === false || given === 'false'
      ? false
      : REFUSED,
);

export const textNamed = (name: string, pattern = /^/) =>
  codec(name, (given) => (isText(given) && pattern.test(given) ? given : REFUSED));

export const oneOf = <A extends string>(...words: readonly [A, A, ...A[]]) =>
  codec<A>(
    `one of ${words.join(', ')}`,
    (given) => words.find((word) => word === given) ?? REFUSED,
  );

export const listOf = (name: string) =>
  codec<readonly string[]>(name, (given) => {
    const list = typeof given === 'string' ? given.split(',').map((each) => each.trim()) : given;
    return Array.isArray(list) && list.length > 0 && list.every(isText) ? list : REFUSED;
  });

/** `dc1:3,dc2:2`, or an object in a file. */
export const Copies = codec<Readonly<Record<string, number>>>(
  'copies for each datacenter, for example datacenter1:3, with a comma between',
  (given) => {
    const copies: unknown =
      typeof given === 'string'
        ? Object.fromEntries(given.split(',').map((each) => pairOf(each.trim())))
        : given;
    if (typeof copies !== 'object' || copies === null) return REFUSED;
    const entries = Object.entries(copies);
    const valid = entries.every(
      ([name, count]) => /^[\w .-]+$/.test(name) && Number.isInteger(count) && Number(count) > 0,
    );
    return valid && entries.length > 0 ? copies : REFUSED;
  },
);

const pairOf = (text: string): [string, number] => {
  const [, name = '', count = ''] = /^(.+):(\d{1,4})$/.exec(text) ?? [];
  return [name, Number(count)];
};

/** Addresses with a comma between. A comma may be in a password, too. */
export const urlsIn = (text: string): string[] =>
  text.split(/,(?=\s*\w+:\/\/)/).map((url) => url.trim());

const areUrls = (text: string, schemes: readonly string[]): boolean =>
  urlsIn(text).every((url) => {
    if (!URL.canParse(url)) return false;
    const { protocol, hostname, pathname, search, hash } = new URL(url);
    // A password that is not encoded would be taken for a host, and shown as one.
    const misread = hostname === '' || (pathname + search + hash).includes('@');
    return schemes.includes(protocol.slice(0, -1)) && !misread;
  });

export const RedisUrls = codec(
  'redis://host:port/db or rediss://host:port/db, several with a comma between for a cluster',
  (given) => (isText(given) && areUrls(given, ['redis', 'rediss']) ? given : REFUSED),
);

/** Of a gateway. Who signs in is in a header, so there is no user in it. */
export const HttpUrl = codec('http://host:port or https://host:port', (given) => {
  if (!isText(given) || !areUrls(given, ['http', 'https'])) return REFUSED;
  const { username, password, search, hash } = new URL(given);
  return username + password + search + hash === '' ? given.replace(/\/+$/, '') : REFUSED;
});

/** What may be shown of addresses: neither who signs in, nor options behind a question mark. */
export const withoutSecrets = (urls: string): string =>
  urlsIn(urls)
    .map((text) => {
      const { protocol, username, password, host, pathname, search } = new URL(text);
      const user = username + password === '' ? '' : '***@';
      return `${protocol}//${user}${host}${pathname}${search === '' ? '' : '?***'}`;
    })
    .join(',');

const SCHEMES = [
  'nats',
  'mqtt',
  'mqtts',
  'redis',
  'rediss',
  'amqp',
  'amqps',
  'amqp10',
  'kafka',
  'tcp',
];
const TYPES = ['nats', 'mqtt', 'redis', 'amqp', 'amqp10', 'kafka', 'tcp'];

export type Transporter = string | { readonly type: string; readonly options?: object };

/** As Moleculer takes it; an object may also be JSON text. */
export const TransporterCodec = codec<Transporter>(
  `an address (${SCHEMES.slice(0, 4).join('://, ')}://, ...), TCP, or an object { type, options } of Moleculer`,
  (given) => {
    const value = isText(given) && given.startsWith('{') ? parsed(given) : given;
    if (isText(value)) return value === 'TCP' || areUrls(value, SCHEMES) ? value : REFUSED;
    if (typeof value !== 'object' || value === null) return REFUSED;
    const { type, options = {}, ...others } = value as Record<string, unknown>;
    const fits = typeof type === 'string' && TYPES.includes(type.toLowerCase());
    return fits && typeof options === 'object' && Object.keys(others).length === 0
      ? value
      : REFUSED;
  },
);

/** Passwords of any form may be in the options of a transporter. */
export const transporterShown = (transporter: Transporter): unknown => {
  if (typeof transporter !== 'string') return { type: transporter.type, options: '***' };
  return transporter === 'TCP' ? transporter : withoutSecrets(transporter);
};

/** A file that is read when the configuration is. */
export interface FromFile<A> {
  readonly path: string;
  readonly content: A;
}

export const pathOf = ({ path }: FromFile<unknown>): string => path;

const fileOf = <A>(name: string, read: (text: string) => A | Refused) =>
  codec<FromFile<A>>(`the path of ${name}`, (path) => {
    if (!isText(path)) return REFUSED;
    const content = E.match((why: string) => new Refused(why), read)(textOfFile(path));
    if (!(content instanceof Refused)) return { path, content };
    // The text itself may stand where its path should.
    return isPath(path) ? new Refused(`${path} ${String(content.why)}`) : content;
  });

const isPath = (given: string): boolean => /^[^\n{]{1,300}$/.test(given);

/** Left: why not. */
export function textOfFile(path: string): E.Either<string, string> {
  try {
    return E.right(readFileSync(path, 'utf8'));
  } catch (error) {
    return E.left(`cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown error'}`);
  }
}

export const PemFile = fileOf('a PEM file', (text) =>
  text.includes('-----BEGIN ') ? text : new Refused('has no -----BEGIN line'),
);

const Token = t.intersection([
  t.strict({ sha256: textNamed('64 hex digits', /^[0-9a-f]{64}$/i), ownerId: textNamed('a name') }),
  t.exact(t.partial({ operator: t.boolean })),
]);
export type Token = t.TypeOf<typeof Token>;

/** At least one entry of its kind. */
const listFile = <A>(
  name: string,
  entry: t.Type<A, unknown>,
  isAgain?: (one: A, before: readonly A[]) => boolean,
) =>
  fileOf(`a JSON file: a list of ${name}`, (text) => {
    const list = parsed(text);
    if (!Array.isArray(list) || list.length === 0)
      return new Refused('is no JSON list with entries');
    const bad = list.findIndex((each, i) => !entry.is(each) || isAgain?.(each, list.slice(0, i)));
    return bad < 0
      ? (list as [A, ...A[]])
      : new Refused(`has a mistake in entry ${String(bad + 1)}`);
  });

export const TokensFile = listFile(
  '{ "sha256", "ownerId", "operator"? }, sha256 that of a token as 64 hex digits',
  Token,
);

const MASTER_KEY_BYTES_MIN = 32;

const MasterKey = t.strict({
  id: textNamed('a name', /^[\w.-]{1,64}$/),
  key: textNamed(
    'base64',
    new RegExp(`^[A-Za-z0-9+/_-]{${String(Math.ceil((MASTER_KEY_BYTES_MIN * 4) / 3))},}=*$`),
  ),
});

export const MasterKeysFile = listFile(
  `{ "id", "key" }, key ${String(MASTER_KEY_BYTES_MIN)} random bytes or more as base64, the newest first`,
  MasterKey,
  ({ id }, before) => before.some((other) => other.id === id),
);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
