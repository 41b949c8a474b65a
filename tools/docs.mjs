// npm run docs: writes what the pages take from the code: the tables of settings in docs/configuration.md
// from src/config/settings.ts, and docs/openapi.json from src/service/openapi. npm run docs:check fails
// where they are not what would be written.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, main, root } from './setup.mjs';

const BEGIN = '<!-- settings: written by `npm run docs` -->';
const END = '<!-- end of settings -->';

await main(() => {
  ensureInstalled();
  ensureBuilt();
  write('docs/configuration.md', 'src/config', configurationPage);
  write('docs/openapi.json', 'src/service/openapi', openApiFile);
});

/** Writes the file, or only tells that it would be another. */
function write(name, source, make) {
  const file = join(root, name);
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const wanted = make(text);
  if (wanted === text) return;
  if (process.argv[2] === '--check') {
    process.stderr.write(`${name} is not what ${source} says. Run: npm run docs\n`);
    process.exitCode = 1;
  } else writeFileSync(file, wanted);
}

function built(...path) {
  return createRequire(import.meta.url)(join(root, 'dist', ...path));
}

function openApiFile() {
  return `${JSON.stringify(built('service', 'openapi').openApiDocument(), null, 2)}\n`;
}

function configurationPage(text) {
  const [before, rest] = text.split(BEGIN);
  const after = rest?.split(END)[1];
  if (after === undefined) throw new Error(`docs/configuration.md lacks ${BEGIN} or ${END}`);
  return `${before}${BEGIN}\n\n${tables()}\n${END}${after}`;
}

function tables() {
  return Object.entries(built('config').documented())
    .map(([title, rows]) => `### ${title}\n\n${table(rows)}`)
    .join('\n');
}

function table(rows) {
  return [
    ['File', 'Environment', 'Flag', 'Default', 'It must be', 'What it is'],
    ['---', '---', '---', '---', '---', '---'],
    ...rows.map(({ key, env, flag, byDefault, expected, about }) => [
      code(key),
      env.map(code).join(', '),
      code(flag),
      byDefault === '' ? '' : code(byDefault),
      expected,
      about,
    ]),
  ]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`)
    .join('');
}

function code(text) {
  return `\`${text}\``;
}
