import type { IncomingMessage } from 'node:http';

/**
 * Changes request headers that moleculer-web would act on. It runs the route of a preflight (as a GET, if
 * the preflight names no method), and the id of a request goes into logs and into the answer.
 */
export function dropUnusableHeaders({ headers }: IncomingMessage): void {
  headers['access-control-request-method'] = 'OPTIONS';
  if (!isRequestId(headers['x-request-id'])) delete headers['x-request-id'];
  if (!isRequestId(headers['x-correlation-id'])) delete headers['x-correlation-id'];
}

const isRequestId = (given: unknown): boolean =>
  typeof given === 'string' && /^[\w.:-]{1,64}$/.test(given);
