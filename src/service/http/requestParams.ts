import { InvalidInput } from '../../domain';
import { refuseUnknown } from '../params/decode';
import type { Route } from './routes';

/**
 * The parameters of a call from the path, the query and the body. A query has only text, so numbers and
 * booleans are made of what looks like one; the queue service judges them all.
 */
export function requestParams(
  route: Route,
  serviceId: string,
  query: Readonly<Record<string, string>>,
  body: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  refuseUnknown(Object.keys(query), route.query);
  const twice = Object.keys(query).find((name) => Object.hasOwn(body, name));
  if (twice !== undefined) throw givenTwice(twice, 'in the query or in the body, not in both');
  if (Object.hasOwn(body, 'serviceId')) throw givenTwice('serviceId', 'in the path only');
  const fromQuery = Object.entries(query).map(([name, text]) => [name, typed(name, text)] as const);
  return { ...body, ...Object.fromEntries(fromQuery), serviceId };
}

const NUMBERS = new Set(['timeToRecover', 'task', 'limit']);

function typed(name: string, text: string): unknown {
  if (NUMBERS.has(name) && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (name === 'details' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

const givenTwice = (path: string, expected: string): InvalidInput =>
  new InvalidInput(`'${path}' must be given ${expected}`, { path, expected, given: 'twice' });
