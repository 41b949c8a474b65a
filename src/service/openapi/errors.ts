import { CODES } from '../errors';
import { hintOf } from '../http/hints';
import { PROBLEMS } from '../http/problem';
import type { JsonSchema } from '../params/schema';
import { OF_ALL, OF_NOBODY, OF_RETRYABLE } from './headers';
import { schemaNamed, text } from './schemas';
import type { Reference, Response } from './types';

/** What Moleculer and its router answer with by themselves. */
const MOLECULER: Readonly<Record<string, number>> = {
  UNABLE_DECODE_PARAM: 400,
  QUEUE_FULL: 429,
  REQUEST_REJECTED: 503,
  REQUEST_TIMEOUT: 504,
  REQUEST_SKIPPED: 514,
};

const STATUS: Readonly<Record<string, number>> = { ...MOLECULER, ...PROBLEMS, ...CODES };

/** The form of every error. */
export const ErrorSchema: JsonSchema = {
  type: 'object',
  properties: {
    type: text('What it is, for programs.'),
    code: { type: 'integer', minimum: 400, maximum: 599, description: 'The status.' },
    message: text('What went wrong, for people.'),
    hint: text('What to do about it.'),
    data: {
      type: 'object',
      description:
        'More, by type: path of a parameter with what was expected and given; retryAfterMs in milliseconds; ' +
        'index and leaseId of a task whose value does not open.',
    },
  },
  required: ['type', 'code', 'message', 'hint'],
  additionalProperties: false,
};

const UNAVAILABLE = [
  ...['KeyUnavailable', 'LogUnavailable', 'ProjectionUnavailable', 'OutcomeUnknown'],
  ...['Rebuilding', 'Stopping', 'ServiceUnavailableError', 'REQUEST_REJECTED'],
];

/** What callers can be told; each under the name that the document keeps it by. */
const GROUPS = {
  Malformed: ['MalformedRequest', 'UNABLE_DECODE_PARAM'],
  NotAuthenticated: ['NotAuthenticated'],
  OperatorOnly: ['OperatorOnly'],
  NotFound: ['NotFound'],
  NoSuchQueue: ['NoSuchQueue'],
  MethodNotAllowed: ['MethodNotAllowed'],
  RequestTimeout: ['RequestTimeout'],
  BodyTooLarge: ['BodyTooLarge'],
  UnsupportedMediaType: ['UnsupportedMediaType'],
  HostNotAllowed: ['HostNotAllowed'],
  Invalid: ['ValidationError'],
  InvalidOrRefused: ['ValidationError', 'RewindRefused'],
  Overloaded: ['Overloaded'],
  OverloadedOrFull: ['Overloaded', 'QUEUE_FULL'],
  HeadersTooLarge: ['HeadersTooLarge'],
  Failed: ['InternalError', 'PayloadUnreadable'],
  Unavailable: UNAVAILABLE,
  UnavailableOrActivity: [...UNAVAILABLE, 'ActivityFailed'],
  TimedOut: ['REQUEST_TIMEOUT'],
  Skipped: ['REQUEST_SKIPPED'],
} satisfies Readonly<Record<string, readonly string[]>>;

export type ErrorGroup = keyof typeof GROUPS;

/** Of anything, before it is known what is asked for. */
export const ON_ANY_REQUEST: readonly ErrorGroup[] = [
  'Malformed',
  'RequestTimeout',
  'HostNotAllowed',
  'HeadersTooLarge',
  'Failed',
];

function responseOf(types: readonly string[]): Response {
  const codes = types.map((type) => STATUS[type]);
  const [code] = codes;
  const headers = code === 401 ? OF_NOBODY : code === 429 || code === 503 ? OF_RETRYABLE : OF_ALL;
  const example = {
    type: types[0],
    code,
    message: 'What went wrong.',
    hint: hintOf(types[0] ?? ''),
  };
  return {
    description: types.map((type) => `\`${type}\`: ${hintOf(type)}`).join(' '),
    headers,
    content: {
      'application/json': {
        schema: {
          allOf: [
            schemaNamed('Error'),
            { properties: { type: { enum: types }, code: { const: code } } },
          ],
        },
        examples: { error: { summary: 'As it looks.', value: example } },
      },
    },
  };
}

export const ERROR_RESPONSES: Readonly<Record<string, Response>> = Object.fromEntries(
  Object.entries(GROUPS).map(([name, types]) => [name, responseOf(types)]),
);

/** References by status. */
export const errorsOf = (groups: readonly ErrorGroup[]): Record<string, Reference> =>
  Object.fromEntries(
    groups.map((name) => [
      String(STATUS[GROUPS[name][0] ?? '']),
      { $ref: `#/components/responses/${name}` },
    ]),
  );
