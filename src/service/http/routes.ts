/** One thing that HTTP callers can do. */
export interface Route {
  readonly methods: readonly ('GET' | 'POST')[];
  /** After the prefix and the queue. */
  readonly path: string;
  /** The action of the queue service. */
  readonly action: string;
  /** Parameters that may stand in the query; all others stand in the body. */
  readonly query: readonly string[];
  readonly operatorOnly: boolean;
}

const forWorkers = (action: string, methods: Route['methods'], query: string[] = []): Route => ({
  ...{ methods, path: action, action, query },
  operatorOnly: false,
});

const forOperators = (path: string, methods: Route['methods'], query: string[] = []): Route => ({
  ...{ methods, path, query },
  action: path.replace('/', '.').replace('what-if', 'whatIf'),
  operatorOnly: true,
});

/** A GET changes nothing: what opens payloads or repairs is a POST with its parameters in the body. */
export const ROUTES: readonly Route[] = [
  forWorkers('add', ['POST']),
  forWorkers('fetch', ['POST', 'GET'], ['workerId', 'timeToRecover', 'details']),
  forWorkers('ack', ['POST']),
  forWorkers('info', ['GET'], ['workerId']),
  forOperators('rewind', ['POST']),
  forOperators(
    'audit/replay',
    ['POST', 'GET'],
    ['from', 'to', 'task', 'worker', 'type', 'order', 'limit'],
  ),
  forOperators('audit/explain', ['GET'], ['task']),
  forOperators('audit/state', ['GET'], ['at']),
  forOperators('audit/what-if', ['GET'], ['timeToRecover']),
  forOperators('audit/verify', ['GET']),
  forOperators('projection/verify', ['POST', 'GET']),
  forOperators('projection/rebuild', ['POST']),
];

export const PREFIX = '/api/queue';

export const knownRoutes = (): string =>
  ROUTES.map(({ methods, path }) => `${methods.join('|')} ${PREFIX}/{serviceId}/${path}`).join(
    ', ',
  );
