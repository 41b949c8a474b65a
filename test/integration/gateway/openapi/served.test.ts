import { createHash } from 'node:crypto';
import { document, nameOf, offered, undocumented } from '../../../support/openapi/document';
import { requestOf, send } from '../../../support/openapi/request';
import { as, TestServer } from '../servers';

/** The document and its page, where they are served and who may see them. */
const server = new TestServer();
beforeAll(() => server.start());
afterAll(() => server.stop());

const get = (target: string, headers: Record<string, string> = {}) =>
  send(server.url, { method: 'GET', target, headers });

test('the document needs no token and is the one that was checked', async () => {
  const sent = await get('/api/openapi.json');
  expect(sent.status).toBe(200);
  expect(sent.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(JSON.parse(sent.text)).toEqual(document);
});

test.each(['/api/openapi.json', '/api/docs'])(
  '%s may be kept, and is not sent again to who has it',
  async (path) => {
    const first = await get(path);
    expect(first.headers.get('cache-control')).toBe('public, no-cache');
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[\w-]{43}"$/);
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await get(path, { 'If-None-Match': known });
      expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', etag]);
    }
    expect((await get(path, { 'If-None-Match': '"other"' })).text).toBe(first.text);
  },
);

test.each(['/api/openapi.json', '/api/docs'])('%s has the headers of all answers', async (path) => {
  const { headers } = await get(path);
  expect(Object.fromEntries(headers)).toMatchObject({
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  });
  expect(headers.get('content-security-policy')).toContain("default-src 'none'");
});

test('the page names each request, and each of its links leads somewhere', async () => {
  const { status, headers, text } = await get('/api/docs');
  expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  for (const { path, operation } of offered) {
    expect(text).toContain(`id="${operation.operationId}"`);
    expect(text).toContain(path);
  }
  const ids = [...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id!);
  expect(new Set(ids).size).toBe(ids.length);
  const links = [...text.matchAll(/ href="([^"]+)"/g)].map(([, link]) => link!);
  expect(links.filter((link) => !ids.includes(link.slice(1)))).toEqual(['openapi.json']);
});

test('a browser takes the style of the page, and nothing else of anywhere', async () => {
  const { headers, text } = await get('/api/docs');
  const [style] = [...text.matchAll(/<style>([^]*?)<\/style>/g)].map(([, found]) => found!);
  const hash = createHash('sha256').update(style!).digest('base64');
  expect(headers.get('content-security-policy')).toBe(
    `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  );
  expect(text).not.toMatch(/<script|<link|<img|<iframe| style=| on\w+=|url\(|@import/i);
});

test.each(offered.map((each) => [nameOf(each), each] as const))('%s is there', async (_, each) => {
  const given = { path: { serviceId: 's' }, query: {}, body: each.operation.requestBody && {} };
  const sent = await send(server.url, requestOf(each, given, 'operator-a'));
  expect(undocumented(each, sent)).toEqual([]);
});

test.each(['/api', '/api/', '/api/doc', '/api/docs/more', '/api/openapi', '/api/openapi.jsonx'])(
  '%s is not there, and the answer says so as ever',
  async (path) => {
    const sent = await get(path, as('token-a'));
    expect(sent.status).toBe(404);
    expect(JSON.parse(sent.text)).toMatchObject({ type: 'NotFound', code: 404 });
    expect(sent.headers.get('cache-control')).toBe('no-store');
  },
);

describe('with apiDocs: false', () => {
  const without = new TestServer();
  beforeAll(() => without.start({ apiDocs: false }));
  afterAll(() => without.stop());

  test.each(['/api/openapi.json', '/api/docs'])('%s is not there', async (target) => {
    const sent = await send(without.url, { method: 'GET', target, headers: {} });
    expect([sent.status, JSON.parse(sent.text)]).toMatchObject([404, { type: 'NotFound' }]);
  });
});
