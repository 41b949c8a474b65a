import type { JsonSchema } from '../../params/schema';
import type { Content, OpenApiDocument, Operation, Parameter, Reference, Response } from '../types';
import type { Html } from './html';
import { html, jsonBlock, paragraphs, prose } from './html';
import { members, term, typeOf } from './schema';

/** One request that can be made. */
export function operationArticle(
  { components }: OpenApiDocument,
  method: string,
  path: string,
  operation: Operation,
): Html {
  const { operationId, summary, description, parameters = [], requestBody, responses } = operation;
  return html`<article id="${operationId}" aria-labelledby="${operationId}-title">
    <h3 id="${operationId}-title">${summary}</h3>
    <p><span class="method">${method.toUpperCase()}</span> <code>${path}</code></p>
    ${paragraphs(description)}
    <p class="quiet">${whoMay(operation)}</p>
    ${parametersIn('path', parameters)} ${parametersIn('query', parameters)}
    ${
      requestBody
        ? html`<h4>Body</h4>
            ${content(requestBody.content)}`
        : null
    }
    <h4>Answers</h4>
    ${Object.entries(responses).map(([status, response]) =>
      answer(status, resolved(response, components.responses)),
    )}
  </article>`;
}

function whoMay({ security }: Operation): string {
  if (security.length === 0) return 'Needs no token.';
  const isForOwners = security.some((needed) => 'ownerToken' in needed);
  return isForOwners ? 'Needs a token.' : 'Needs the operator token.';
}

function parametersIn(place: Parameter['in'], parameters: readonly Parameter[]): Html | null {
  const there = parameters.filter((parameter) => parameter.in === place);
  if (there.length === 0) return null;
  return html`<h4>${place === 'path' ? 'Path' : 'Query'}</h4>
    <dl>
      ${there.map(({ name, description, schema, required }) =>
        term(name, { ...schema, description }, required),
      )}
    </dl>`;
}

const answer = (status: string, { description, headers = {}, content: body }: Response): Html =>
  html`<details>
    <summary><strong>${status}</strong> ${prose(description)}</summary>
    <p class="quiet">Headers: ${Object.keys(headers).join(', ')}</p>
    ${body ? content(body) : html`<p class="quiet">No body.</p>`}
  </details>`;

const content = (body: Content): Html =>
  html`${Object.entries(body).map(
    ([type, { schema, examples = {} }]) =>
      html`<p class="quiet">${type}: ${schemaLink(schema)}</p>
        ${members(schema)}
        ${Object.values(examples).map(
          ({ summary, value }) =>
            html`<p class="quiet">Example. ${summary}</p>
              ${jsonBlock(value)}`,
        )}`,
  )}`;

/** A schema that has a name is shown once, where the link goes. */
function schemaLink(schema: JsonSchema): Html {
  const named = [schema, ...(schema.anyOf ?? schema.allOf ?? [])].find(({ $ref }) => $ref);
  return named === undefined
    ? html`${typeOf(schema)}`
    : html`<a href="#schema-${typeOf(named)}">${typeOf(schema)}</a>`;
}

const resolved = (
  response: Response | Reference,
  responses: Readonly<Record<string, Response>>,
): Response =>
  '$ref' in response
    ? (responses[response.$ref.slice(response.$ref.lastIndexOf('/') + 1)] as Response)
    : response;
