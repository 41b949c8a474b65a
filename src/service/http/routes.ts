/** One thing that HTTP callers can do. */
export interface Route {
  readonly methods: readonly ('GET' | 'POST')[];
  /** The action of the queue service, and the last part of the path. */
  readonly action: 'add' | 'fetch' | 'ack' | 'info' | 'rewind';
  /** Parameters that may stand in the query; all others stand in the body. */
  readonly query: readonly string[];
  readonly operatorOnly: boolean;
}

export const ROUTES: readonly Route[] = [
  { methods: ['POST'], action: 'add', query: [], operatorOnly: false },
  {
    methods: ['POST', 'GET'],
    action: 'fetch',
    query: ['workerId', 'timeToRecover', 'details'],
    operatorOnly: false,
  },
  { methods: ['POST'], action: 'ack', query: [], operatorOnly: false },
  { methods: ['GET'], action: 'info', query: ['workerId'], operatorOnly: false },
  { methods: ['POST'], action: 'rewind', query: [], operatorOnly: true },
];

export const PREFIX = '/api/queue';

export const knownRoutes = (): string =>
  ROUTES.map(({ methods, action }) => `${methods.join('|')} ${PREFIX}/{serviceId}/${action}`).join(
    ', ',
  );
