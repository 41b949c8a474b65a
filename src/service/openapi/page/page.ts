import { createHash } from 'node:crypto';
import type { OpenApiDocument, Operation } from '../types';
import { Html, html, paragraphs, prose } from './html';
import { operationArticle } from './operation';
import { members } from './schema';
import { STYLE } from './style';

interface Shown {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

/** In one piece, because PAGE_POLICY names what is in it to the byte. */
const STYLE_ELEMENT = new Html(`<style>${STYLE}</style>`);

/** The document for people: one page without scripts, so that it needs nothing but its own style. */
export function documentPage(document: OpenApiDocument): string {
  const { title, version, description } = document.info;
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]): Shown => ({ method, path, operation })),
  );
  const of = (tag: string): readonly Shown[] =>
    operations.filter(({ operation }) => operation.tags.includes(tag));
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} over HTTP</title>
        ${STYLE_ELEMENT}
      </head>
      <body>
        <a class="skip" href="#content">To the requests</a>
        <header>
          <h1>${title} over HTTP</h1>
          <p class="quiet">
            Version ${version}. <a href="openapi.json">As OpenAPI 3.1</a>, for programs.
          </p>
          ${paragraphs(description)}
        </header>
        <nav aria-label="Requests">
          ${document.tags.map(
            ({ name }) =>
              html`<p>${name}</p>
                <ul>
                  ${of(name).map(entry)}
                </ul>`,
          )}
        </nav>
        <main id="content">
          ${document.tags.map(
            ({ name, description: about }) =>
              html`<section aria-label="${name}">
                <h2>${name}</h2>
                <p>${about}</p>
                ${of(name).map(({ method, path, operation }) =>
                  operationArticle(document, method, path, operation),
                )}
              </section>`,
          )}
          ${schemas(document)}
        </main>
      </body>
    </html>`.markup;
}

const entry = ({ method, path, operation }: Shown): Html =>
  html`<li>
    <a href="#${operation.operationId}">${operation.summary}, ${method.toUpperCase()}</a>
    <span class="quiet">${path}</span>
  </li>`;

const schemas = ({ components }: OpenApiDocument): Html =>
  html`<section aria-label="Forms">
    <h2>Forms</h2>
    ${Object.entries(components.schemas).map(
      ([name, schema]) =>
        html`<article id="schema-${name}" aria-labelledby="schema-${name}-title">
          <h3 id="schema-${name}-title">${name}</h3>
          <p>${prose(schema.description ?? '')}</p>
          ${members(schema)}
        </article>`,
    )}
  </section>`;

/** A browser takes the style of the page and nothing else, wherever it comes from. */
export const PAGE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
