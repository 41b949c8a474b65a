// npm run docs: writes the tables of settings in docs/configuration.md from their declarations in
// src/config/settings.ts. npm run docs:check fails where they are not what would be written.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, main, root } from './setup.mjs';

const page = join(root, 'docs', 'configuration.md');
const BEGIN = '<!-- settings: written by `npm run docs` -->';
const END = '<!-- end of settings -->';

await main(() => {
  ensureInstalled();
  ensureBuilt();
  const text = readFileSync(page, 'utf8');
  const [before, rest] = text.split(BEGIN);
  const after = rest?.split(END)[1];
  if (after === undefined) throw new Error(`${page} lacks ${BEGIN} or ${END}`);
  const wanted = `${before}${BEGIN}\n\n${tables()}\n${END}${after}`;
  if (wanted === text) return;
  if (process.argv[2] === '--check') {
    process.stderr.write('docs/configuration.md is not what src/config says. Run: npm run docs\n');
    process.exitCode = 1;
  } else writeFileSync(page, wanted);
});

function tables() {
  const { documented } = createRequire(import.meta.url)(join(root, 'dist', 'config'));
  return Object.entries(documented())
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
