import { Problem } from './problem';
import type { Route } from './routes';
import { knownRoutes, PREFIX, ROUTES } from './routes';

/** Why no route took the request: 405 if its path is one of ours, else 404. */
export function notRouted(method: string | undefined, path: string): Problem {
  const route = ROUTES.find((candidate) => pathOf(candidate).test(path));
  if (route === undefined) {
    return new Problem(
      'NotFound',
      'There is nothing at this path',
      `Known routes: ${knownRoutes()}.`,
    );
  }
  const allowed = route.methods.join(', ');
  return new Problem(
    'MethodNotAllowed',
    `${String(method)} is not possible here`,
    `Use ${allowed}.`,
    { Allow: allowed },
  );
}

const pathOf = ({ path }: Route): RegExp => new RegExp(`^${PREFIX}/[^/]+/${path}/?$`, 'i');
