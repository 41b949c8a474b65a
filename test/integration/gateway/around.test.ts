import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Context, Middleware, Service } from 'moleculer';
import type { ApiSettingsSchema } from 'moleculer-web';
import { Gateway } from '../../../src/service/gateway';
import type { GatewayRequest } from '../../../src/service/http/rest';
import { QueueService } from '../../../src/service/queueService';
import { fakeComposition, FakeWorkQueue } from '../../support/fakeWorkQueue';
import { Brokers } from '../service/brokers';

/** What users put around the gateway: a schema of theirs, middlewares of moleculer-web or of the broker. */
const brokers = new Brokers();
const queue = new FakeWorkQueue();
afterEach(() => brokers.stop());
beforeEach(() => queue.forget());

type Use = (req: IncomingMessage, res: ServerResponse, next: () => void) => void;

interface Around {
  readonly settings?: ApiSettingsSchema & { readonly rateLimit?: { readonly limit: number } };
  readonly middlewares?: Middleware[];
}

/** Tells what `authenticate` sees of each request, and calls. */
async function start({ settings, middlewares = [] }: Around = {}) {
  let url = '';
  const seen: unknown[] = [];
  const gateway = Gateway({
    port: 0,
    authenticate(req) {
      const { url: path, originalUrl, baseUrl, parsedUrl, query, $params } = req as GatewayRequest;
      seen.push({ path, originalUrl, baseUrl, parsedUrl, query, $params });
      return req.headers.authorization === 'Bearer t' ? { ownerId: 'A' } : null;
    },
    onListening: (at) => (url = at),
  });
  const schema = { name: 'gateway', mixins: [gateway], ...(settings ? { settings } : {}) };
  const compose = async () => fakeComposition(queue);
  await brokers.start([QueueService({ compose }), schema], { middlewares });
  const send = async (method: string, path: string, body?: string, token = 't') => {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: {
        Connection: 'close',
        Origin: 'http://other.example',
        'X-Request-ID': 'r-1',
        Authorization: `Bearer ${token}`,
        'Content-Type': 'application/json',
      },
      ...(body === undefined ? {} : { body }),
    });
    const headers = Object.fromEntries(answer.headers);
    delete headers['date'];
    return { status: answer.status, headers, text: await answer.text() };
  };
  return { seen, send };
}

test('a middleware of moleculer-web is asked, and its answer has the headers of all answers', async () => {
  const paths: unknown[] = [];
  const use: Use[] = [
    (req, res, next) => {
      paths.push(req.url);
      if (req.headers.authorization === 'Bearer t') next();
      else res.writeHead(418).end();
    },
  ];
  const { send } = await start({ settings: { use } });
  expect(await send('POST', '/api/queue/s/add', '{"value":1}')).toMatchObject({ status: 200 });
  expect(await send('POST', '/api/queue/s/add', '{"value":1}', 'other')).toMatchObject({
    status: 418,
    headers: { 'cache-control': 'no-store', 'x-frame-options': 'DENY' },
  });
  expect(paths).toEqual(['/s/add', '/s/add']);
  expect(queue.calls).toHaveLength(1);
});

test.each([
  ['a limit', { rateLimit: { limit: 0 } }, 429],
  ['CORS', { cors: { origin: 'http://other.example' } }, 200],
])('%s of moleculer-web holds', async (_, settings, status) => {
  const { send } = await start({ settings });
  const { headers, ...sent } = await send('POST', '/api/queue/s/add', '{"value":1}');
  expect(sent).toMatchObject({ status });
  expect('access-control-allow-origin' in headers).toBe('cors' in settings);
});

test('a middleware of the broker sees the request and the call it makes, with one request id', async () => {
  const calls: unknown[] = [];
  const middleware: Middleware = {
    localAction: (next, { name }) =>
      function (this: Service, ctx: Context) {
        if (name?.startsWith('$') === false)
          calls.push([name, ctx.level, ctx.caller, ctx.requestID]);
        return next.call(this, ctx);
      },
  };
  const { send } = await start({ middlewares: [middleware] });
  await send('POST', '/api/queue/s/add', '{"value":1}');
  expect(calls).toEqual([
    ['gateway.rest', 1, null, 'r-1'],
    ['worker.queue.add', 2, 'gateway', 'r-1'],
  ]);
});

test('with something in between, a request gets what it gets without', async () => {
  const requests: Parameters<Awaited<ReturnType<typeof start>>['send']>[] = [
    ['POST', '/api/queue/s/add', '{"value":1}'],
    ['POST', '/api/queue/s/add/', '{"value":2}'],
    ['POST', '/API/Queue/a%2Fb/ADD', '{"value":3}'],
    ['GET', '/api/queue/s/fetch?workerId=w'],
    ['GET', '/api/queue/empty/fetch?workerId=w'],
    ['POST', '/api/queue/s/ack', '{"workerId":"w"}'],
    ['GET', '/api/queue/s/info'],
    ['GET', '/api/queue/s/info', undefined, 'other'],
    ['POST', '/api/queue/s/rewind', '{"last":0}'],
    ['POST', '/api/queue/s/add', '{'],
    ['POST', '/api/queue/s/add', '{}'],
    ['GET', '/api/queue/s/fetch?workerId=a&workerId=b'],
    ['GET', '/api/queue/%E0%A4%A/info'],
    ['PUT', '/api/queue/s/add', '{"value":1}'],
    ['GET', '/api/queue/s/nothing'],
  ];
  const outcome = async (around: Around) => {
    queue.forget();
    const { seen, send } = await start(around);
    const sent: unknown[] = [];
    for (const request of requests) sent.push(await send(...request));
    return { sent, seen, calls: queue.calls.map(({ name, queue: of }) => ({ name, of })) };
  };
  const use: Use[] = [(_req, _res, next) => next()];
  const direct = await outcome({});
  expect(direct.seen).toHaveLength(11);
  expect(await outcome({ settings: { use } })).toEqual(direct);
});
