import type { Route } from '../http/routes';
import type { JsonSchema } from '../params/schema';
import type { Described, Example } from './described';
import type { ErrorGroup } from './errors';
import { errorsOf, ON_ANY_REQUEST } from './errors';
import { OF_ALL } from './headers';
import type { Examples, Operation, Parameter, RequestBody, Response } from './types';

type Method = Route['methods'][number];

/** A route of a queue by one of its methods, as the document has it. */
export function operationOf(route: Route, method: Method, described: Described): Operation {
  const { summary, description, params, success, empty = {}, examples } = described;
  const isPost = method === 'POST';
  const names = Object.keys(params.schemas).filter((name) => name !== 'serviceId');
  const given = isPost ? names : names.filter((name) => route.query.includes(name));
  const shown = Object.entries(examples).filter(([, example]) =>
    Object.keys(example.given).every((name) => given.includes(name)),
  );
  return {
    operationId: operationId(route, method),
    tags: [route.operatorOnly ? 'Operators' : 'Workers'],
    summary,
    description,
    security: [...(route.operatorOnly ? [] : [{ ownerToken: [] }]), { operatorToken: [] }],
    parameters: [
      { in: 'path', required: true, ...named('serviceId', params.schemas) },
      ...(isPost ? [] : given.map((name) => queryParameter(name, described, shown))),
    ],
    ...(isPost ? { requestBody: bodyOf(given, described, shown) } : {}),
    responses: {
      200: {
        description: success.description,
        headers: success.headers ?? OF_ALL,
        content: {
          'application/json': {
            schema: success.schema,
            examples: examplesOf(shown, ({ answer }) => answer),
          },
        },
      },
      ...emptyResponses(empty),
      ...errorsOf([...errorsOn(route, isPost), ...(described.errors ?? [])]),
    },
  };
}

/** The action in one word; of a route with two methods the GET says so. */
function operationId({ action, methods }: Route, method: Method): string {
  const word = action.replace(/\.(.)/g, (_, letter: string) => letter.toUpperCase());
  return methods.length > 1 && method === 'GET' ? `${word}ByGet` : word;
}

const ON_ANY_CALL: readonly ErrorGroup[] = [
  'NotAuthenticated',
  'Invalid',
  'Overloaded',
  'Unavailable',
  'TimedOut',
  'Skipped',
];

const errorsOn = ({ operatorOnly }: Route, isPost: boolean): ErrorGroup[] => [
  ...ON_ANY_REQUEST,
  ...ON_ANY_CALL,
  ...(operatorOnly ? (['OperatorOnly'] as const) : []),
  ...(isPost ? (['BodyTooLarge', 'UnsupportedMediaType'] as const) : []),
];

const named = (
  name: string,
  schemas: Readonly<Record<string, JsonSchema>>,
): Pick<Parameter, 'name' | 'description' | 'schema'> => {
  const { description = '', ...schema } = schemas[name] ?? {};
  return { name, description, schema };
};

type Shown = readonly (readonly [situation: string, Example])[];

function queryParameter(name: string, { params }: Described, shown: Shown): Parameter {
  const examples = shown.filter(([, { given }]) => name in given);
  return {
    in: 'query',
    required: params.required.includes(name),
    ...named(name, params.schemas),
    ...(examples.length > 0 ? { examples: examplesOf(examples, ({ given }) => given[name]) } : {}),
  };
}

/** A body may be left out where nothing has to be in it. */
function bodyOf(names: readonly string[], { params, rule }: Described, shown: Shown): RequestBody {
  const required = names.filter((name) => params.required.includes(name));
  return {
    required: required.length > 0,
    content: {
      'application/json': {
        schema: {
          type: 'object',
          properties: Object.fromEntries(
            Object.entries(params.schemas).filter(([name]) => names.includes(name)),
          ),
          ...(required.length > 0 ? { required } : {}),
          additionalProperties: false,
          ...rule,
        },
        examples: examplesOf(shown, ({ given }) => given),
      },
    },
  };
}

const examplesOf = (shown: Shown, value: (example: Example) => unknown): Examples =>
  Object.fromEntries(
    shown.map(([name, example]) => [name, { summary: example.summary, value: value(example) }]),
  );

const emptyResponses = (empty: Readonly<Record<string, string>>): Record<string, Response> =>
  Object.fromEntries(
    Object.entries(empty).map(([status, description]) => [
      status,
      { description, headers: OF_ALL },
    ]),
  );
