import { DOCS_PREFIX, DOCUMENT_PATH, PAGE_PATH } from '../http/apiDocsPaths';
import { HEALTH_PREFIX } from '../http/health';
import type { JsonSchema } from '../params/schema';
import { errorsOf, ON_ANY_REQUEST } from './errors';
import { OF_ALL, OF_THE_DOCUMENT } from './headers';
import { schemaNamed, text } from './schemas';
import type { Operation, PathItem, Response } from './types';

/** What is asked without a token. */

const json = (description: string, schema: JsonSchema): Response => ({
  description,
  headers: OF_ALL,
  content: { 'application/json': { schema } },
});

const open = (
  told: Pick<Operation, 'operationId' | 'tags' | 'summary' | 'description'>,
  responses: Operation['responses'],
): PathItem => ({
  get: { ...told, security: [], responses: { ...responses, ...errorsOf(ON_ANY_REQUEST) } },
});

const ofTheDocument = (type: string, schema: JsonSchema): Operation['responses'] => ({
  200: {
    description: 'It is the same for everybody.',
    headers: OF_THE_DOCUMENT,
    content: { [type]: { schema } },
  },
  304: { description: 'It is the one that the ETag names.', headers: OF_THE_DOCUMENT },
});

export const WITHOUT_TOKEN: Readonly<Record<string, PathItem>> = {
  [`${HEALTH_PREFIX}/live`]: open(
    {
      ...{ operationId: 'live', tags: ['Probes'], summary: 'Does the process take requests?' },
      description: 'For probes that restart what is stuck.',
    },
    { 200: json('It does.', schemaNamed('Live')) },
  ),
  [`${HEALTH_PREFIX}/ready`]: open(
    {
      ...{ operationId: 'ready', tags: ['Probes'], summary: 'Can the queue be used?' },
      description: 'For probes that decide where requests go. Log and projection are asked.',
    },
    {
      200: json('It can.', schemaNamed('Ready')),
      503: json('It cannot, and why.', schemaNamed('NotReady')),
    },
  ),
  [DOCS_PREFIX + DOCUMENT_PATH]: open(
    {
      ...{ operationId: 'openapi', tags: ['This description'], summary: 'This document' },
      description: 'For programs: clients and tests can be made from it.',
    },
    ofTheDocument('application/json', { type: 'object', required: ['openapi', 'paths'] }),
  ),
  [DOCS_PREFIX + PAGE_PATH]: open(
    {
      ...{ operationId: 'docs', tags: ['This description'], summary: 'This document as a page' },
      description: 'For people: one page without scripts; nothing is loaded from elsewhere.',
    },
    ofTheDocument('text/html', text('HTML.')),
  ),
};
