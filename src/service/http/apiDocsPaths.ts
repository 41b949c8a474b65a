/** Where the gateway says what it offers. */
export const DOCS_PREFIX = '/api';
export const DOCUMENT_PATH = '/openapi.json';
export const PAGE_PATH = '/docs';
