import * as fc from 'fast-check';
import { hashToken } from '../../../../src/service/http/tokens';
import { nameOf, offered, undocumented } from '../../../support/openapi/document';
import { validRequest } from '../../../support/openapi/arbitrary';
import { mistaken } from '../../../support/openapi/mutation';
import { requestOf, send } from '../../../support/openapi/request';
import { TestServer } from '../servers';

/** Requests made from the document, to a gateway on the embedded log: what comes back is what it says. */
const RUNS = process.env['LONG'] === '1' ? 1_000 : 40;

const server = new TestServer();
beforeAll(() =>
  server.start({ tokens: [{ sha256: hashToken('t'), ownerId: 'o', operator: true }] }),
);
afterAll(() => server.stop());

/** What can be said no to although the request is one: the queue may not be there, or not so long. */
const REFUSED = new Set([404, 422]);

describe.each(offered.map((each) => [nameOf(each), each] as const))('%s', (_, each) => {
  test('a valid request is answered as the document says', async () => {
    await fc.assert(
      fc.asyncProperty(validRequest(each.operation), async (given) => {
        const sent = await send(server.url, requestOf(each, given, 't'));
        expect(undocumented(each, sent)).toEqual([]);
        const { type } = (sent.status < 400 ? {} : JSON.parse(sent.text)) as { type?: string };
        const isRefused = REFUSED.has(sent.status) && type !== 'ValidationError';
        expect([sent.status, type, sent.status < 300 || isRefused]).toEqual([
          ...[sent.status, type, true],
        ]);
      }),
      { numRuns: RUNS },
    );
  });

  if (each.operation.security.length === 0) return;

  test('a request with a mistake is refused as the document says', async () => {
    await fc.assert(
      fc.asyncProperty(mistaken(each, 't'), async ({ mistake, request }) => {
        const sent = await send(server.url, request);
        expect(undocumented(each, sent)).toEqual([]);
        expect([mistake, sent.status >= 400 && sent.status < 500]).toEqual([mistake, true]);
      }),
      { numRuns: RUNS },
    );
  });
});
