import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ActionSchema, Context, Service } from 'moleculer';
import ApiGateway from 'moleculer-web';
import { parseTarget } from './query';
import type { Route } from './routes';
import { SECURITY_HEADERS } from './securityHeaders';

/** What moleculer-web puts into a request, as far as it is used here. */
export interface GatewayRequest extends IncomingMessage {
  originalUrl: string;
  baseUrl: string;
  parsedUrl: string;
  query: Query;
  $params: { readonly query: Query; readonly params: PathParams };
  $ctx: Context;
}

type Query = Readonly<Record<string, string>>;

interface PathParams {
  readonly serviceId: string;
}

/** A route of moleculer-web, with what it may do before it calls a handler. */
interface WebRoute {
  readonly path: string;
  readonly middlewares: readonly unknown[];
  readonly cors: unknown;
  readonly rateLimit?: unknown;
  readonly authentication?: unknown;
  readonly authorization?: unknown;
  readonly onBeforeCall?: unknown;
  readonly logging: boolean;
}

interface Found {
  readonly alias: { readonly route: WebRoute; readonly handler: unknown };
  readonly params: PathParams;
}

/** The service, as far as it is needed here: the router of moleculer-web, and what answers. */
export interface Answering {
  resolveAlias(path: string, method: string): Found | false;
  /** True once it is sent: null would tell moleculer-web that there is no such route. */
  answer(route: Route, req: GatewayRequest, res: ServerResponse): Promise<true>;
}

interface Exchange {
  readonly req: GatewayRequest;
  readonly res: ServerResponse;
}

type Handler = (this: Service & Answering, ctx: Context<Exchange>) => unknown;

const { handler: byMoleculerWeb } = ApiGateway.actions?.['rest'] as ActionSchema as {
  readonly handler: Handler;
};

/**
 * The action of moleculer-web that each request is a call of. Its router finds the handler; `handled` are
 * ours and what they are for. Where it would do nothing in between, it is not asked to: what it makes for
 * that, four promises, three listeners and a line for its log, were 12 us of the 63 that the gateway spent
 * on a request.
 */
export const restAction = (
  handled: ReadonlyMap<unknown, Route>,
): { readonly handler: Handler } => ({
  handler(ctx) {
    const { req, res } = ctx.params;
    req.$ctx = ctx;
    const target = req.url ?? '';
    const { url: path, query } = parseTarget(target);
    const found = this.resolveAlias(path, req.method ?? '');
    const route = found && isBare(found.alias.route) && handled.get(found.alias.handler);
    if (!route) {
      // Middlewares that somebody added may answer as well.
      for (const [name, value] of Object.entries(SECURITY_HEADERS)) res.setHeader(name, value);
      return byMoleculerWeb.call(this, ctx);
    }
    // As moleculer-web leaves its address: an `authenticate` may look at it.
    req.originalUrl = target;
    req.baseUrl = found.alias.route.path;
    req.url = target.slice(req.baseUrl.length);
    req.parsedUrl = path.replace(/\/$/, '');
    req.query = query;
    req.$params = { query, params: found.params };
    return this.answer(route, req, res);
  },
});

/** A schema around the gateway may have given its routes middlewares, CORS or a limit. */
const isBare = (route: WebRoute): boolean =>
  route.middlewares.length === 0 &&
  !route.cors &&
  !route.rateLimit &&
  !route.authentication &&
  !route.authorization &&
  !route.onBeforeCall &&
  !route.logging;
