import * as fc from 'fast-check';
import type { JsonSchema } from '../../../src/service/params/schema';
import type { Operation } from '../../../src/service/openapi/types';
import { bodySchema, misfits } from './document';
import type { Given } from './request';

/** Requests that the document allows, made of nothing but its schemas. */

/** Of what the schemas of parameters are made of; an unknown word is a mistake here. */
function valid(schema: JsonSchema): fc.Arbitrary<unknown> {
  const { examples } = schema;
  const made = madeOf(schema);
  // What stands there as an example is likely to meet what another request has made.
  return examples ? fc.oneof({ weight: 2, arbitrary: fc.constantFrom(...examples) }, made) : made;
}

function madeOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  const { type, anyOf, format, pattern, minimum, maximum } = schema;
  if (anyOf !== undefined) return fc.oneof(...anyOf.map(valid));
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (format === 'date-time') return aDate.map((date) => date.toISOString());
  if (format === 'date') return aDate.map((date) => date.toISOString().slice(0, 10));
  switch (type) {
    case undefined:
      return fc.jsonValue();
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer({ min: minimum!, max: maximum! });
    case 'string':
      return pattern !== undefined && !pattern.includes('\\p')
        ? fc.stringMatching(new RegExp(pattern))
        : aText.filter((text) => misfits(schema, text).length === 0);
    case 'object':
      return anObject(schema);
    default:
      throw new Error(`no values are made of ${JSON.stringify(schema)}`);
  }
}

const aDate = fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true });

/** Of at most 256 bytes, which a schema cannot say. */
const aText = fc.string({ unit: 'binary', maxLength: 64 });

const anObject = (schema: JsonSchema): fc.Arbitrary<unknown> => {
  const { properties = {}, required = [] } = schema;
  const members = fc.record(
    Object.fromEntries(Object.entries(properties).map(([name, member]) => [name, valid(member)])),
    { requiredKeys: [...required] },
  );
  return members.filter((value) => misfits(schema, value).length === 0);
};

export function validRequest({ parameters = [], requestBody }: Operation): fc.Arbitrary<Given> {
  const parametersIn = (place: 'path' | 'query') => {
    const there = parameters.filter((parameter) => parameter.in === place);
    return fc.record(Object.fromEntries(there.map(({ name, schema }) => [name, valid(schema)])), {
      requiredKeys: there.filter(({ required }) => required).map(({ name }) => name),
    });
  };
  return fc.record(
    {
      path: parametersIn('path'),
      query: parametersIn('query'),
      body: requestBody ? valid(bodySchema(requestBody)) : fc.constant(undefined),
    },
    { requiredKeys: ['path', 'query', ...(requestBody?.required ? (['body'] as const) : [])] },
  );
}
