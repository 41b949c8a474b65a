import * as fc from 'fast-check';
import type { JsonSchema } from '../../../src/service/params/schema';
import type { Operation } from '../../../src/service/openapi/types';
import { bodySchema, misfits } from './document';
import type { Request } from './request';
import { requestOf } from './request';
import { validRequest } from './arbitrary';

/** A request with one mistake in it, and the words for it. */
export interface Mistaken {
  readonly mistake: string;
  readonly request: Request;
}

interface Of {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

type Mutation = (request: Request) => fc.Arbitrary<Request>;

const always =
  (change: (request: Request) => Partial<Request>): Mutation =>
  (request) =>
    fc.constant({ ...request, ...change(request) });

/** Each kind of mistake that can be made in a request of the operation, in some valid one. */
export function mistaken(of: Of, token: string): fc.Arbitrary<readonly Mistaken[]> {
  const mutations = Object.entries(mutationsOf(of.operation));
  return validRequest(of.operation).chain((given) =>
    fc.tuple(
      ...mutations.map(([mistake, mutate]) =>
        mutate(requestOf(of, given, token)).map((request): Mistaken => ({ mistake, request })),
      ),
    ),
  );
}

function mutationsOf({ requestBody, parameters = [] }: Operation): Record<string, Mutation> {
  const inQuery = parameters.filter((parameter) => parameter.in === 'query');
  return {
    'no token': always(({ headers }) => ({ headers: { ...headers, Authorization: '' } })),
    'another token': always(({ headers }) => ({
      headers: { ...headers, Authorization: 'Bearer nobody' },
    })),
    'another host': always(({ headers }) => ({ headers: { ...headers, Host: 'other.example' } })),
    'an unknown name in the query': always(({ target }) => ({ target: inQueryOf(target, 'q', 1) })),
    'a name twice in the query': always(({ target }) => ({
      target: inQueryOf(inQueryOf(target, 'q', 1), 'q', 1),
    })),
    'a query that is not UTF-8': always(({ target }) => ({
      target: `${inQueryOf(target, 'q', '')}%FF`,
    })),
    'a queue that is no name': always(({ target }) => ({
      target: target.replace(/^(\/api\/queue\/)[^/]*/, '$1%00'),
    })),
    ...Object.fromEntries(
      inQuery
        .filter(({ schema }) => misfits(schema, '\0').length > 0)
        .map(({ name, schema }) => [`another ${name}`, inQueryMistaken(name, schema)]),
    ),
    ...Object.fromEntries(
      inQuery
        .filter(({ required }) => required)
        .map(({ name }) => [
          `no ${name}`,
          always(({ target }) => ({ target: without(target, name) })),
        ]),
    ),
    ...(requestBody ? bodyMutations(bodySchema(requestBody)) : {}),
  };
}

function bodyMutations(schema: JsonSchema): Record<string, Mutation> {
  const { properties = {}, required = [] } = schema;
  const changed = (change: (body: Record<string, unknown>) => unknown): Mutation =>
    always(({ body }) => ({
      body: JSON.stringify(change(JSON.parse(body ?? '{}') as Record<string, unknown>)),
    }));
  return {
    'a body that is cut short': always(({ body = '{}' }) => ({ body: body.slice(0, -1) })),
    'a body that is a list': changed((body) => [body]),
    'a body of another type': always(({ headers, body = '{}' }) => ({
      ...{ headers: { ...headers, 'Content-Type': 'text/plain' }, body },
    })),
    'a body that is too large': always(() => ({ body: `{"x":"${'x'.repeat(1024 * 1024)}"}` })),
    'an unknown name in the body': changed((body) => ({ ...body, unknown: 1 })),
    'the queue in the body': changed((body) => ({ ...body, serviceId: 'mailer' })),
    ...Object.fromEntries(
      required.map((name) => [`no ${name} in the body`, changed(({ [name]: _, ...rest }) => rest)]),
    ),
    ...Object.fromEntries(
      Object.entries(properties)
        .filter(([, member]) => !takesAnything(member))
        .map(([name, member]) => [
          `another ${name} in the body`,
          (request: Request) =>
            misfitting(member).map((value) => ({
              ...request,
              body: JSON.stringify({
                ...(JSON.parse(request.body ?? '{}') as object),
                [name]: value,
              }),
            })),
        ]),
    ),
  };
}

const takesAnything = (schema: JsonSchema): boolean =>
  [null, [], 'x'].every((value) => misfits(schema, value).length === 0);

/** Just outside of its bounds, as often as anything else. */
const misfitting = (schema: JsonSchema): fc.Arbitrary<unknown> =>
  fc
    .oneof(
      fc.constantFrom((schema.minimum ?? 0) - 1, (schema.maximum ?? 0) + 1),
      fc.jsonValue(),
      fc.double({ noNaN: true }),
      fc.constantFrom(0, -1, 1.5, '', '\0', 2 ** 53),
    )
    .filter((value) => misfits(schema, value).length > 0);

/** Texts that are no value of the schema, whatever number or boolean they are read as. */
const inQueryMistaken =
  (name: string, schema: JsonSchema): Mutation =>
  (request) =>
    fc
      .oneof(
        fc.string(),
        fc.constantFrom('', '0', '-1', '1.5', 'NaN', 'null', '[]', '\0', '99999999999999999'),
      )
      .filter((text) => readings(text).every((value) => misfits(schema, value).length > 0))
      .map((text) => ({
        ...request,
        target: inQueryOf(without(request.target, name), name, encodeURIComponent(text)),
      }));

const readings = (text: string): unknown[] => {
  const number = Number(text);
  return [text, text === 'true', number].filter(
    (value) => value !== false && !(Number.isNaN(number) && value === number),
  );
};

const inQueryOf = (target: string, name: string, value: string | number): string =>
  `${target}${target.includes('?') ? '&' : '?'}${name}=${value}`;

function without(target: string, name: string): string {
  const [path, query = ''] = target.split('?');
  const rest = query.split('&').filter((part) => part !== '' && !part.startsWith(`${name}=`));
  return rest.length === 0 ? path! : `${path!}?${rest.join('&')}`;
}
