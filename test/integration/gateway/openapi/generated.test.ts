import * as fc from 'fast-check';
import { Gateway } from '../../../../src/service/gateway';
import { hashToken } from '../../../../src/service/http/tokens';
import { QueueService } from '../../../../src/service/queueService';
import { nameOf, offered, undocumented } from '../../../support/openapi/document';
import { validRequest } from '../../../support/openapi/arbitrary';
import { mistaken } from '../../../support/openapi/mutation';
import type { Sent } from '../../../support/openapi/request';
import { requestOf, send } from '../../../support/openapi/request';
import { Brokers } from '../../service/brokers';

/** Requests made from the document, to a gateway on the embedded log: what comes back is what it says. */
const RUNS = process.env['LONG'] === '1' ? 1_000 : 25;

const MS_A_RUN = 500;
jest.setTimeout(10_000 + RUNS * MS_A_RUN);

const brokers = new Brokers();
let url = '';
beforeAll(() =>
  brokers.start([
    QueueService({ dataDir: brokers.folder(), keys: 'keyring' }),
    Gateway({
      port: 0,
      tokens: [{ sha256: hashToken('t'), ownerId: 'o', operator: true }],
      onListening: (at) => (url = at),
    }),
    // Hears of acked tasks with a token.
    { name: 'activity', actions: { completed: () => null } },
  ]),
);
beforeAll(async () => {
  const add = offered.find(({ operation }) => operation.operationId === 'add')!;
  const given = { path: { serviceId: 'mailer' }, query: {}, body: { value: 1 } };
  expect(await send(url, requestOf(add, given, 't'))).toMatchObject({ status: 200 });
});
afterAll(() => brokers.stop());

/**
 * Why a valid request can be refused: the queue is not there, or is not so long; a lease of a few
 * milliseconds was over before the log had it, each time.
 */
const REFUSALS: unknown[] = ['NoSuchQueue', 'RewindRefused', 'Overloaded'];

test.each(offered.map((each) => [nameOf(each), each] as const))(
  '%s: a valid request is answered as the document says',
  async (_, each) => {
    const holds = fc.asyncProperty(validRequest(each.operation), async (given) => {
      const sent = await send(url, requestOf(each, given, 't'));
      expect(undocumented(each, sent)).toEqual([]);
      if (sent.status >= 300) expect(REFUSALS).toContain(typeOf(sent));
    });
    await fc.assert(holds, { numRuns: RUNS });
  },
);

const withToken = offered.filter(({ operation }) => operation.security.length > 0);

test.each(withToken.map((each) => [nameOf(each), each] as const))(
  '%s: a request with a mistake is refused as the document says',
  async (_, each) => {
    const holds = fc.asyncProperty(mistaken(each, 't'), async (all) => {
      for (const { mistake, request } of all) {
        const sent = await send(url, request);
        expect([mistake, ...undocumented(each, sent)]).toEqual([mistake]);
        const { status } = sent;
        // 429 would say that the mistake was taken, and only could not be done.
        const isRefused = status >= 400 && status < 500 && status !== 429;
        expect({ mistake, status, isRefused }).toEqual({
          ...{ mistake, status, isRefused: true },
        });
      }
    });
    await fc.assert(holds, { numRuns: Math.ceil(RUNS / 4) });
  },
);

const typeOf = ({ text }: Sent): unknown => (JSON.parse(text) as { readonly type: unknown }).type;
