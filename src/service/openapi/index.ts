/** What the gateway offers, for programs and for people. */
export { openApiDocument } from './document';
export { documentPage, PAGE_POLICY } from './page/page';
