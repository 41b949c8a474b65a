import type { Examples, Operation } from '../../../../src/service/openapi/types';
import { nameOf, offered, resolve, undocumented } from '../../../support/openapi/document';
import type { Offered } from '../../../support/openapi/document';
import type { Given } from '../../../support/openapi/request';
import { requestOf, send } from '../../../support/openapi/request';
import { TestServer } from '../servers';

/** Each example of the document, sent as it stands there to a gateway of its own owner. */
const server = new TestServer();
beforeAll(() =>
  server.start({
    // A token is the name of an owner, so that each example begins with nothing.
    authenticate: ({ headers }) => ({
      ...{ ownerId: String(headers.authorization).replace('Bearer ', ''), operator: true },
    }),
  }),
);
afterAll(() => server.stop());

interface Shown extends Offered {
  readonly situation: string;
  readonly answer: unknown;
}

const shown = offered.flatMap((each): Shown[] =>
  Object.entries(answersOf(each.operation)).map(([situation, { value }]) => ({
    ...{ ...each, situation, answer: value },
  })),
);

function answersOf({ responses }: Operation): Examples {
  const { content } = resolve(responses['200']!);
  return content?.['application/json']?.examples ?? {};
}

/** What has to have happened before, as other examples; without: a task was added. */
const BEFORE: Readonly<Record<string, readonly string[]>> = {
  'add value': [],
  'add token': [],
  'ack done': ['add value', 'fetch value'],
  'ack failed': ['add value', 'fetch value'],
  'ack late': ['add value', 'fetch value'],
  'info leased': ['add value', 'fetch value'],
  'auditReplay fetches': ['add value', 'fetch value'],
  'auditReplayByGet fetches': ['add value', 'fetch value'],
  'auditWhatIf minute': ['add value', 'fetch value', 'ack done'],
};

const keyOf = ({ operation, situation }: Shown): string => `${operation.operationId} ${situation}`;

test('there are examples of all that is asked of a queue', () => {
  const without = offered.filter(({ path }) => path.startsWith('/api/queue/'));
  expect(new Set(shown.map(nameOf))).toEqual(new Set(without.map(nameOf)));
});

test.each(shown.map((each) => [keyOf(each), each] as const))('%s', async (key, example) => {
  const owner = key.replace(' ', '-');
  for (const before of BEFORE[key] ?? ['add value']) {
    const { status } = await sendAs(
      owner,
      shown.find((each) => keyOf(each) === before)!,
    );
    expect(status).toBe(200);
  }
  const sent = await sendAs(owner, example);
  expect(undocumented(example, sent)).toEqual([]);
  expect({ status: sent.status, json: masked(JSON.parse(sent.text)) }).toEqual({
    status: 200,
    json: masked(example.answer),
  });
});

const sendAs = (owner: string, example: Shown) =>
  send(server.url, requestOf(example, givenOf(example), owner));

function givenOf({ operation, situation }: Shown): Given {
  const { parameters = [], requestBody } = operation;
  const query = parameters.flatMap(({ in: place, name, examples }) =>
    place === 'query' && examples?.[situation] ? [[name, examples[situation].value]] : [],
  );
  const body = requestBody?.content['application/json']!.examples![situation]!.value;
  return { path: { serviceId: 'mailer' }, query: Object.fromEntries(query), body };
}

/** Times, durations and random ids are others each time. */
const masked = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (name, member: unknown) => {
    if (/^(at|fetchedAt|leaseUntil)$/.test(name) && !isPast(member)) return 'a time';
    if (name.endsWith('Ms') && name !== 'timeToRecoverMs') return 'a duration';
    return name === 'eventId' ? 'an id' : member;
  });

/** A time that an example asks about is the same each time. */
const isPast = (member: unknown): boolean => typeof member === 'number' && member < Date.UTC(2025);
