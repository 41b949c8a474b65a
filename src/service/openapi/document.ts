import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Route } from '../http/routes';
import { PREFIX, ROUTES } from '../http/routes';
import { AUDIT_ANSWERS } from './auditAnswers';
import { ERROR_RESPONSES, ErrorSchema } from './errors';
import { FOR_OPERATORS } from './forOperators';
import { FOR_WORKERS } from './forWorkers';
import { HEADERS } from './headers';
import { HEALTH_ANSWERS } from './healthAnswers';
import { operationOf } from './operation';
import { WITHOUT_TOKEN } from './probes';
import { PROJECTION_ANSWERS } from './projectionAnswers';
import { QUEUE_ANSWERS } from './queueAnswers';
import type { OpenApiDocument, PathItem } from './types';

const DESCRIBED = { ...FOR_WORKERS, ...FOR_OPERATORS };

const ABOUT = `A work queue: producers add tasks, workers fetch and confirm them, operators look into what happened.

All of a queue is at ${PREFIX}/{serviceId}/..., with a bearer token; the owner of the queue belongs to the token. A queue exists once something was added. A body is JSON in UTF-8 with \`Content-Type: application/json\`, by default at most 1 MiB. A parameter that is not known is refused.

Errors are JSON \`{ type, code, message, hint, data? }\`, with \`code\` as status. Any other path is 404 \`NotFound\`, any other method of these paths 405 \`MethodNotAllowed\`.`;

/** The HTTP gateway in OpenAPI 3.1, made of its routes, their parameters and the errors there are. */
export const openApiDocument = (): OpenApiDocument => ({
  openapi: '3.1.1',
  info: { title: 'imicros-flow-worker', version: versionOfPackage(), description: ABOUT },
  servers: [{ url: '/', description: 'The gateway that serves this document.' }],
  tags: [
    { name: 'Workers', description: 'Add, fetch and confirm tasks.' },
    { name: 'Operators', description: 'Look into a queue and repair it, with the operator token.' },
    { name: 'Probes', description: 'Whether the gateway and the queue behind it can be used.' },
    { name: 'This description', description: 'For programs and for people.' },
  ],
  paths: { ...Object.fromEntries(ROUTES.map(pathOf)), ...WITHOUT_TOKEN },
  components: {
    schemas: {
      Error: ErrorSchema,
      ...QUEUE_ANSWERS,
      ...AUDIT_ANSWERS,
      ...PROJECTION_ANSWERS,
      ...HEALTH_ANSWERS,
    },
    responses: ERROR_RESPONSES,
    headers: HEADERS,
    securitySchemes: {
      ownerToken: bearer('A token of an owner: for the queues of that owner.'),
      operatorToken: bearer(
        'The operator token of an owner: may all that the other may, and more.',
      ),
    },
  },
});

function pathOf(route: Route): [path: string, PathItem] {
  const described = DESCRIBED[route.action];
  if (described === undefined) throw new Error(`${route.action} is not described`);
  const operations = route.methods.map((method) => [
    method.toLowerCase(),
    operationOf(route, method, described),
  ]);
  return [`${PREFIX}/{serviceId}/${route.path}`, Object.fromEntries(operations) as PathItem];
}

const bearer = (description: string) => ({ type: 'http', scheme: 'bearer', description });

function versionOfPackage(): string {
  const file = join(__dirname, '..', '..', '..', 'package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }).version;
}
