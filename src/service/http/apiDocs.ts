import { hash } from 'node:crypto';
import { documentPage, openApiDocument, PAGE_POLICY } from '../openapi';
import type { Answer } from './answer';

/**
 * What the gateway offers, as a document and as a page. Other than all else that is sent, they are the same
 * for everybody and hold nothing of an owner: so they need no token and may be kept on the way. Whoever
 * keeps them asks each time whether they are still these, because a newer version may have been started.
 */
export interface ApiDocs {
  document(ifNoneMatch: string | undefined): Answer;
  page(ifNoneMatch: string | undefined): Answer;
}

/** Made at the first request for them: most gateways are never asked. */
export function apiDocs(): ApiDocs {
  const document = kept(() => ({
    body: JSON.stringify(openApiDocument()),
    headers: { 'Content-Type': 'application/json; charset=utf-8' },
  }));
  const page = kept(() => ({
    body: documentPage(openApiDocument()),
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': PAGE_POLICY,
    },
  }));
  return { document, page };
}

interface Made {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

function kept(make: () => Made): (ifNoneMatch: string | undefined) => Answer {
  let made: (Made & { readonly etag: string }) | undefined;
  return (ifNoneMatch = '') => {
    made ??= withETag(make());
    const { body, headers, etag } = made;
    const keeping = { 'Cache-Control': 'public, no-cache', ETag: etag };
    return names(ifNoneMatch, etag)
      ? { status: 304, headers: keeping, body: null }
      : { status: 200, headers: { ...headers, ...keeping }, body };
  };
}

const withETag = (made: Made) => ({
  ...made,
  etag: `"${hash('sha256', made.body, 'base64url')}"`,
});

/** Weakly, as RFC 9110 has it for If-None-Match. */
const names = (ifNoneMatch: string, etag: string): boolean =>
  ifNoneMatch === '*' ||
  ifNoneMatch
    .split(',')
    .map((each) => each.trim().replace(/^W\//, ''))
    .includes(etag);
