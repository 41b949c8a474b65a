import type { ConnectionOptions } from 'node:tls';
import { RedisUnsuitable } from './errors';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Where Redis is, and who asks. */
export interface Target {
  /** More than one only of a cluster. */
  readonly addresses: readonly [Address, ...Address[]];
  readonly username?: string;
  readonly password?: string;
  readonly db: number;
  /** null: without. */
  readonly tls: ConnectionOptions | null;
}

/** What is given beside the address. */
interface Access {
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  readonly tls?: ConnectionOptions;
}

const DEFAULT_PORT = 6379;
/** A comma may be in a password, too. */
const NEXT = /,(?=\s*\w+:\/\/)/;

export function targetOf({ url, username, password, tls }: Access, cluster: boolean): Target {
  return {
    ...parseTarget(url, cluster),
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls === undefined ? {} : { tls }),
  };
}

/** Options behind a `?` are refused: ioredis would take them over those that keep the queue safe. */
function parseTarget(urls: string, cluster: boolean): Target {
  const [first, ...others] = urls.split(NEXT).map((url) => parse(url.trim()));
  if (!first) throw unsuitable(urls, 'empty');
  if (others.length > 0 && !cluster) {
    throw unsuitable(urls, 'more than one address', 'Name one server, or set the cluster option.');
  }
  const db = Number(first.pathname.slice(1));
  if (!Number.isInteger(db) || db < 0) throw unsuitable(urls, 'no number of a database at its end');
  if (cluster && db !== 0) {
    throw unsuitable(
      urls,
      `database ${String(db)}`,
      'A cluster has only database 0: leave it out.',
    );
  }
  return {
    addresses: [addressOf(first), ...others.map(addressOf)],
    ...(first.username === '' ? {} : { username: decodeURIComponent(first.username) }),
    ...(first.password === '' ? {} : { password: decodeURIComponent(first.password) }),
    db,
    tls: first.protocol === 'rediss:' ? {} : null,
  };
}

function parse(url: string): URL {
  if (!URL.canParse(url)) throw unsuitable(url, 'no URL');
  const parsed = new URL(url);
  if (!['redis:', 'rediss:'].includes(parsed.protocol)) {
    throw unsuitable(url, `of the kind ${parsed.protocol}`);
  }
  if (parsed.hostname === '') throw unsuitable(url, 'without a host');
  if (parsed.hostname.includes(',')) {
    throw unsuitable(url, 'more than one address', 'Write redis:// before each.');
  }
  if (parsed.search !== '') throw unsuitable(url, 'with options behind a "?"', 'Leave them out.');
  return parsed;
}

const addressOf = ({ hostname, port }: URL): Address => ({
  host: hostname.replace(/^\[|\]$/g, ''),
  port: port === '' ? DEFAULT_PORT : Number(port),
});

/** What may be a password is not repeated. */
const unsuitable = (url: string, found: string, toDo = 'Set it to redis://host:port.') =>
  new RedisUnsuitable(
    `the address "${url.replace(/\/\/.*@/, '//***@')}" in REDIS_URL`,
    found,
    toDo,
  );
