import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CODES } from '../../../src/service/errors';
import { Gateway } from '../../../src/service/gateway';
import { PROBLEMS } from '../../../src/service/http/problem';
import type { Content, Examples } from '../../../src/service/openapi/types';
import type { JsonSchema } from '../../../src/service/params/schema';
import { readText, ROOT } from '../../docs/markdown';
import { document, misfits, nameOf, offered } from '../../support/openapi/document';

/** What the document says of itself; what it says of the gateway: test/integration/gateway/openapi. */

test('it is what npm run docs has written', () => {
  expect(JSON.parse(readText('docs/openapi.json'))).toEqual(document);
});

test('it is OpenAPI 3.1, says a validator', async () => {
  const validator = join(ROOT, 'node_modules/@seriousme/openapi-schema-validator');
  const folder = mkdtempSync(join(tmpdir(), 'openapi-'));
  try {
    const file = join(folder, 'openapi.json');
    writeFileSync(file, JSON.stringify(document));
    const args = [join(validator, 'bin/validate-api-cli.js'), file];
    const run = promisify(execFile)(process.execPath, args);
    const { stdout } = await run.catch((error: unknown) => error as { readonly stdout: string });
    expect(JSON.parse(stdout)).toEqual({ valid: true });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the requests are those of the gateway, and no others', () => {
  const { routes } = Gateway({ tokens: [] }).settings as {
    readonly routes: readonly { readonly path: string; readonly aliases: object }[];
  };
  const served = routes.flatMap(({ path, aliases }) =>
    Object.keys(aliases).map((alias) => alias.replace(' ', ` ${path}`).replace(/:(\w+)/g, '{$1}')),
  );
  expect(offered.map(nameOf).sort()).toEqual(served.sort());
});

test('each request has a name of its own, and all that is told of it is told', () => {
  const ids = offered.map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { operation } of offered) {
    expect(operation.summary.length).toBeGreaterThan(3);
    expect(operation.description.length).toBeGreaterThan(10);
    for (const { description } of operation.parameters ?? [])
      expect(description.length).toBeGreaterThan(10);
  }
});

test('every error there is has its answer', () => {
  const told = Object.values(document.components.responses).flatMap(({ content }) => {
    const { allOf } = content!['application/json']!.schema as {
      readonly allOf: readonly [object, { properties: { type: { enum: string[] }; code: object } }];
    };
    const { type, code } = allOf[1].properties;
    return type.enum.map((name) => `${name} ${JSON.stringify(code)}`);
  });
  const real = Object.entries({ ...CODES, ...PROBLEMS });
  expect(told).toEqual(
    expect.arrayContaining(real.map(([type, code]) => `${type} {"const":${code}}`)),
  );
});

test('each member of each form says what it is', () => {
  const silent: string[] = [];
  const look = ({ properties = {}, items }: JsonSchema, path: string): void => {
    if (items !== undefined) look(items, `${path}[]`);
    for (const [name, member] of Object.entries(properties)) {
      const isTold = member.description !== undefined || member.properties !== undefined;
      if (!isTold) silent.push(`${path}.${name}`);
      look(member, `${path}.${name}`);
    }
  };
  look({ properties: document.components.schemas }, '');
  expect(silent.filter((path) => path.split('.').length > 2)).toEqual([]);
});

describe.each(offered.map((each) => [nameOf(each), each] as const))('%s', (_, { operation }) => {
  const valuesOf = (examples: Examples = {}) => Object.values(examples).map(({ value }) => value);
  const inContent = (content: Content = {}) =>
    Object.values(content).flatMap(({ schema, examples }) =>
      valuesOf(examples).map((value) => [schema, value] as const),
    );

  test('its examples fit', () => {
    const { parameters = [], requestBody, responses } = operation;
    const all = [
      ...parameters.flatMap(({ schema, examples }) =>
        [...valuesOf(examples), ...(schema.examples ?? [])].map(
          (value) => [schema, value] as const,
        ),
      ),
      ...inContent(requestBody?.content),
      ...Object.values(responses).flatMap((response) =>
        '$ref' in response ? [] : inContent(response.content),
      ),
    ];
    expect(all.flatMap(([schema, value]) => misfits(schema, value))).toEqual([]);
  });
});

const withBody = offered.filter(({ operation }) => operation.requestBody !== undefined);

test.each(withBody.map((each) => [nameOf(each), each] as const))(
  '%s: a parameter that is not known does not fit',
  (_, { operation }) => {
    const { schema, examples } = operation.requestBody!.content['application/json']!;
    const [example] = Object.values(examples!);
    expect(misfits(schema, { ...(example!.value as object), unknown: 1 })).not.toEqual([]);
  },
);

test('the answers of errors fit their own form', () => {
  for (const { content } of Object.values(document.components.responses)) {
    const { schema, examples } = content!['application/json']!;
    expect(misfits(schema, examples!['error']!.value)).toEqual([]);
  }
});
