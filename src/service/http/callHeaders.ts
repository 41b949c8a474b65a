import type { IncomingMessage } from 'node:http';

/**
 * Takes away request headers that moleculer-web would act on: a preflight must not run what it asks
 * about, and the id of a request goes into logs and into the answer.
 */
export function dropUnusableHeaders({ headers }: IncomingMessage): void {
  delete headers['access-control-request-method'];
  if (!isRequestId(headers['x-request-id'])) delete headers['x-request-id'];
  if (!isRequestId(headers['x-correlation-id'])) delete headers['x-correlation-id'];
}

const isRequestId = (given: unknown): boolean =>
  typeof given === 'string' && /^[\w.:-]{1,64}$/.test(given);
