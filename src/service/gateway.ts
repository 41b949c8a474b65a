import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Service, ServiceBroker, ServiceMethods, ServiceSchema } from 'moleculer';
import { Errors } from 'moleculer';
import type { ApiRouteSchema, ApiSettingsSchema } from 'moleculer-web';
import ApiGateway from 'moleculer-web';
import { QueueError } from '../domain';
import type { Readiness } from './actions/health';
import { toMoleculerError } from './errors';
import type { Answer } from './http/answer';
import { admitted } from './http/authenticate';
import { readJsonObject } from './http/body';
import { errorAnswer } from './http/errorAnswer';
import { hintOf } from './http/hints';
import { HEALTH_PREFIX, liveAnswer, readyAnswer } from './http/health';
import type { GatewayOptions } from './http/gatewayOptions';
import { gatewaySettings } from './http/gatewayOptions';
import { dropUnusableHeaders } from './http/callHeaders';
import { hostsOf, refuseOtherHost } from './http/hosts';
import { notRouted } from './http/notRouted';
import { Problem } from './http/problem';
import { parseTarget } from './http/query';
import { requestParams } from './http/requestParams';
import type { Answering, GatewayRequest } from './http/rest';
import { restAction } from './http/rest';
import { resultAnswer } from './http/resultAnswer';
import type { Route } from './http/routes';
import { PREFIX, ROUTES } from './http/routes';
import { send } from './http/send';
import type { ListeningServer } from './http/server';
import { listen, urlOf } from './http/server';

/** The methods of moleculer-web that are called or replaced here. */
interface GatewayService extends Service, Answering {
  httpHandler(req: IncomingMessage, res: ServerResponse): Promise<void>;
  sendResponse(req: IncomingMessage, res: ServerResponse, answer: Answer): void;
  sendError(req: IncomingMessage, res: ServerResponse, error: unknown): void;
  /** Called some time after services came or went: needed for routes made of actions, which are none here. */
  regenerateAllAutoAliases: () => void;
}

type Next = (error: unknown) => void;

type Handler = (this: GatewayService, req: GatewayRequest, res: ServerResponse, next: Next) => void;

type GatewaySchema = ServiceSchema<ApiSettingsSchema, ServiceMethods, object, GatewayService>;

/** More than the parts of the queue are given to answer. */
const HEALTH_TIMEOUT_MS = 5_000;

/**
 * The queue over HTTP: its actions at /api/queue/{serviceId}/... (http/routes.ts) for callers with a bearer
 * token, and for probes /health/live and /health/ready (http/health.ts). Of moleculer-web only the routing
 * is used: actions are called and what is sent is written here, JSON throughout.
 *
 *     broker.createService(Gateway({ tokens: [{ sha256: hashToken(token), ownerId: 'me' }] }));
 */
export function Gateway(options: GatewayOptions): ServiceSchema {
  const settings = gatewaySettings(options);
  let server: ListeningServer | undefined;

  const handlers = ROUTES.map((route): [Handler, Route] => [
    function (req, res, next) {
      this.answer(route, req, res).catch(next);
    },
    route,
  ]);
  const handled = new Map(handlers);
  const aliases = handlers.flatMap(([handler, { methods, path }]) =>
    methods.map((method) => [`${method} /:serviceId/${path}`, handler]),
  );

  const askHealth = (broker: ServiceBroker): Promise<Readiness> =>
    broker.call(`${settings.queueService}.health`, {}, { timeout: HEALTH_TIMEOUT_MS });

  const schema: GatewaySchema = {
    name: settings.name,
    mixins: [ApiGateway],
    settings: {
      server: false,
      logRequest: null,
      logResponse: null,
      logRouteRegistration: null,
      routes: [
        {
          path: PREFIX,
          aliases: Object.fromEntries(aliases) as NonNullable<ApiRouteSchema['aliases']>,
          mappingPolicy: 'restrict',
          autoAliases: false,
          bodyParsers: false,
          mergeParams: false,
          logging: false,
        },
        {
          path: HEALTH_PREFIX,
          aliases: {
            'GET /live'(this: GatewayService, req, res) {
              this.sendResponse(req, res, liveAnswer);
            },
            async 'GET /ready'(this: GatewayService, req, res) {
              this.sendResponse(req, res, await readyAnswer(() => askHealth(this.broker)));
            },
          },
          autoAliases: false,
          bodyParsers: false,
          mergeParams: false,
          logging: false,
        },
      ],
      // Settings are told to all nodes; nobody needs these.
      $secureSettings: ['routes'],
    },
    // No node may look at the routes or change them.
    actions: { listAliases: false, addRoute: false, removeRoute: false, rest: restAction(handled) },
    methods: {
      parseQueryString: ({ url }: IncomingMessage) => parseTarget(url ?? ''),
      async answer(this: GatewayService, route: Route, req: GatewayRequest, res: ServerResponse) {
        // Who calls is known before a byte of the body is read.
        const caller = await settings.authenticate(req);
        const { ownerId, operator } = admitted(caller, route.operatorOnly);
        const meta = { ownerId, acl: { ownerId, operator: operator === true } };
        const body = await readJsonObject(req, settings.bodyBytesMax);
        const params = requestParams(route, req.$params.params.serviceId, req.query, body);
        const given = route.action === 'fetch' ? withDetails(params) : params;
        const action = `${settings.queueService}.${route.action}`;
        const result = await req.$ctx.call(action, given, { meta }).catch(notThereYet);
        this.sendResponse(req, res, resultAnswer(route, result, params['details'] === true));
        return true;
      },
      sendResponse(req: Partial<GatewayRequest>, res: ServerResponse, answer: Answer) {
        send(res, answer, req.$ctx?.requestID);
      },
      send404(this: GatewayService, req: GatewayRequest, res: ServerResponse) {
        this.sendError(req, res, notRouted(req.method, req.parsedUrl));
      },
      errorHandler(
        this: GatewayService,
        req: IncomingMessage,
        res: ServerResponse,
        error: unknown,
      ) {
        this.sendError(req, res, error);
      },
      sendError(this: GatewayService, req: IncomingMessage, res: ServerResponse, error: unknown) {
        if (res.headersSent) {
          res.destroy();
          return;
        }
        const typed = error instanceof QueueError ? toMoleculerError(error, this.logger) : error;
        const answer = errorAnswer(typed);
        if (answer.status === 500) this.logger.error(`${String(req.method)} failed`, error);
        this.sendResponse(req, res, answer);
      },
    },
    created(this: GatewayService) {
      this.regenerateAllAutoAliases = () => undefined;
    },
    async started(this: GatewayService) {
      let hosts: readonly string[] | null = [];
      server = await listen(settings, (req, res) => {
        try {
          refuseOtherHost(req.headers.host, hosts);
          dropUnusableHeaders(req);
        } catch (error) {
          this.sendError(req, res, error);
          return;
        }
        void this.httpHandler(req, res);
      });
      hosts = hostsOf(settings.allowedHosts, server.address.port);
      settings.onListening(urlOf(server.address));
    },
    async stopped() {
      const stopping = server;
      server = undefined;
      await stopping?.close(settings.graceMs);
    },
  };
  return schema as ServiceSchema;
}

/** Its actions are known here: that one is not found says that no service has come yet, or that it has gone. */
function notThereYet(error: unknown): never {
  const { ServiceNotFoundError, ServiceNotAvailableError } = Errors;
  if (!(error instanceof ServiceNotFoundError || error instanceof ServiceNotAvailableError))
    throw error;
  const type = 'ServiceUnavailableError';
  throw new Problem(503, type, 'The queue service is not there', hintOf(type));
}

/** A task is always fetched with its lease, which goes into headers. What is no boolean is left to be refused. */
const withDetails = (params: Record<string, unknown>): Record<string, unknown> =>
  typeof params['details'] === 'boolean' || params['details'] === undefined
    ? { ...params, details: true }
    : params;
