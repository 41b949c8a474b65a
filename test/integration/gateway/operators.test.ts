import { as, TestServer } from './servers';
import { aNumber, containing } from '../../support/matchers';

/** What operators can ask and do over HTTP, on the embedded log. */
const server = new TestServer();
const operator = as('operator-a');
const get = (path: string, headers = operator) => server.get(`/s/${path}`, headers);
const post = (path: string, body: unknown, headers = operator) =>
  server.post(`/s/${path}`, body, headers);

beforeAll(() => server.start());
afterAll(() => server.stop());
beforeAll(async () => {
  for (const value of ['one', 'two']) await post('add', { value });
  await get('fetch?workerId=w');
  await post('ack', { workerId: 'w' });
});

test.each([
  ['GET', 'audit/replay'],
  ['POST', 'audit/replay'],
  ['GET', 'audit/explain?task=1'],
  ['GET', 'audit/state?at=2026-01-01'],
  ['GET', 'audit/what-if?timeToRecover=1000'],
  ['GET', 'audit/verify'],
  ['GET', 'projection/verify'],
  ['POST', 'projection/verify'],
  ['POST', 'projection/rebuild'],
])('%s %s needs the operator token', async (method, path) => {
  const sent = (headers: Record<string, string>) =>
    method === 'GET' ? get(path, headers) : post(path, {}, headers);
  expect(await sent(as('token-a'))).toMatchObject({ status: 403, json: { type: 'OperatorOnly' } });
  expect(await sent({})).toMatchObject({ status: 401 });
  expect(await sent(operator)).toMatchObject({ status: 200 });
});

test('replay takes its parameters from the query, as they are on Moleculer', async () => {
  const rows =
    'audit/replay?task=1&order=version&limit=2&from=2026-01-01T00:00:00Z&to=4000000000000';
  expect(await get(rows)).toMatchObject({
    status: 200,
    json: {
      events: [
        { type: 'Added', task: 1 },
        { type: 'Fetched', task: 1, workerId: 'w' },
      ],
      isCut: true,
      damagedCount: 0,
    },
  });
});

test('payloads are opened by a POST only, for a GET may be repeated by anybody on the way', async () => {
  expect(await get('audit/replay?reveal=true')).toMatchObject({ status: 422 });
  expect(await post('audit/replay', { type: 'Added', reveal: true })).toMatchObject({
    json: { events: [{ revealed: { value: 'one' } }, { revealed: { value: 'two' } }] },
  });
  expect(await get('audit/replay?type=Revealed')).toMatchObject({
    json: { events: [{ type: 'Revealed', by: containing('operator of "A"') }] },
  });
});

test('explain, state and what-if answer with what they found', async () => {
  expect(await get('audit/explain?task=1')).toMatchObject({
    json: { task: 1, status: 'acked', statements: [{ type: 'Added' }, {}, { type: 'Acked' }] },
  });
  expect(await get('audit/state?at=4000000000000')).toMatchObject({
    json: { acked: 1, waiting: 1 },
  });
  expect(await get('audit/what-if?timeToRecover=1000')).toMatchObject({
    json: { timeToRecoverMs: 1000, recorded: { tasks: 2 } },
  });
});

test('the projection is verified and rebuilt', async () => {
  expect(await get('projection/verify')).toMatchObject({ json: { outcome: 'equal' } });
  expect(await get('projection/verify?repair=true')).toMatchObject({ status: 422 });
  expect(await post('projection/verify', { repair: true })).toMatchObject({
    json: { outcome: 'equal', isRepaired: false },
  });
  expect(await post('projection/rebuild', {})).toMatchObject({ json: { epoch: aNumber } });
  expect(await get('fetch?workerId=w')).toMatchObject({ json: 'two' });
});

test.each([
  ['audit/explain?task=0', 422],
  ['audit/explain?task=one', 422],
  ['audit/explain', 422],
  ['audit/state?at=noon', 422],
  ['audit/replay?limit=1e3', 422],
  ['audit/nothing', 404],
  ['projection/rebuild', 405],
])('GET %s: %d', async (path, status) => {
  expect(await get(path)).toMatchObject({ status });
});

test('a queue that is not there is named', async () => {
  expect(await server.get('/none/audit/replay', operator)).toMatchObject({
    status: 404,
    json: { type: 'NoSuchQueue', message: containing('"none"') },
  });
});
