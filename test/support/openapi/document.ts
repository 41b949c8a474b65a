import type { ValidateFunction } from 'ajv/dist/2020';
import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import type { JsonSchema } from '../../../src/service/params/schema';
import { openApiDocument } from '../../../src/service/openapi';
import type {
  Operation,
  Reference,
  RequestBody,
  Response,
} from '../../../src/service/openapi/types';
import type { Sent } from './request';

/** The document, read as a client would: nothing else of the code is asked. */
export const document = JSON.parse(JSON.stringify(openApiDocument())) as ReturnType<
  typeof openApiDocument
>;

export interface Offered {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

/** Each request that can be made. */
export const offered: readonly Offered[] = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({
    ...{ method: method.toUpperCase(), path, operation },
  })),
);

export const nameOf = ({ method, path }: Offered): string => `${method} ${path}`;

// The document is no schema, but schemas are pointed to in it.
const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats(ajv);
ajv.addSchema({ ...document, $id: 'document' });

const compiled = new Map<object, ValidateFunction>();

/** Why a value does not fit a schema of the document; empty: it fits. */
export function misfits(schema: object, value: unknown): string[] {
  const validate = compiled.get(schema) ?? ajv.compile(withWholeRefs(schema));
  compiled.set(schema, validate);
  return validate(value) ? [] : (validate.errors ?? []).map((error) => ajv.errorsText([error]));
}

const withWholeRefs = (schema: object): object =>
  JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"document#/')) as object;

export const bodySchema = (body: RequestBody): JsonSchema =>
  body.content['application/json']!.schema;

export const resolve = <A extends object>(found: A | Reference): A =>
  '$ref' in found
    ? (found.$ref
        .split('/')
        .slice(1)
        .reduce((part: unknown, key) => (part as Record<string, unknown>)[key], document)! as A)
    : found;

/** What of an answer is not as the document says; empty: all of it is. */
export function undocumented({ operation }: Offered, sent: Sent): string[] {
  const found = operation.responses[String(sent.status)];
  if (found === undefined) return [`${sent.status} is not documented: ${sent.text}`];
  const { headers = {}, content } = resolve<Response>(found);
  const wrongHeaders = Object.entries(headers).flatMap(([name, header]) => {
    const { required, schema } = resolve(header);
    const value = sent.headers.get(name);
    if (value === null) return required ? [`${name} is missing`] : [];
    const given = schema['type'] === 'integer' ? Number(value) : value;
    return misfits(schema, given).map((why) => `${name}: ${why}`);
  });
  return [...wrongHeaders, ...wrongBody(content, sent)];
}

function wrongBody(content: Response['content'], { text, headers }: Sent): string[] {
  if (content === undefined) return text === '' ? [] : [`there is a body: ${text}`];
  const [[type, { schema }]] = Object.entries(content) as [[string, { schema: object }]];
  const sentType = headers.get('content-type');
  if (sentType !== `${type}; charset=utf-8`) return [`the body is ${String(sentType)}`];
  return misfits(schema, type === 'application/json' ? JSON.parse(text) : text).map(
    (why) => `${why}: ${text}`,
  );
}
