// npm run docs: writes what the pages take from the code: the tables of settings in docs/configuration.md
// from src/config/settings.ts, the commands in docs/cli.md from src/cli, and docs/openapi.json from
// src/service/openapi. npm run docs:check fails where they are not what would be written.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, main, root } from './setup.mjs';

await main(() => {
  ensureInstalled();
  ensureBuilt();
  write('docs/configuration.md', 'src/config', within('settings', tables));
  write('docs/cli.md', 'src/cli', within('commands', commands));
  write('docs/openapi.json', 'src/service/openapi', openApiFile);
});

/** Writes the file, or only tells that it would be another. */
function write(name, source, make) {
  const file = join(root, name);
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const wanted = make(text, name);
  if (wanted === text) return;
  if (process.argv[2] === '--check') {
    process.stderr.write(`${name} is not what ${source} says. Run: npm run docs\n`);
    process.exitCode = 1;
  } else writeFileSync(file, wanted);
}

/** What stands between the marks of a page; the rest of it is written by hand. */
function within(what, render) {
  const begin = `<!-- ${what}: written by \`npm run docs\` -->`;
  const end = `<!-- end of ${what} -->`;
  return (text, name) => {
    const [before, rest] = text.split(begin);
    const after = rest?.split(end)[1];
    if (after === undefined) throw new Error(`${name} lacks ${begin} or ${end}`);
    return `${before}${begin}\n\n${render()}\n${end}${after}`;
  };
}

function built(...path) {
  return createRequire(import.meta.url)(join(root, 'dist', ...path));
}

function openApiFile() {
  return `${JSON.stringify(built('service', 'openapi').openApiDocument(), null, 2)}\n`;
}

function tables() {
  return Object.entries(built('config').documented())
    .map(([title, rows]) => `### ${title}\n\n${table(rows)}`)
    .join('\n');
}

function commands() {
  return built('cli', 'documented')
    .documented()
    .map(({ name, usage, about, options, examples }) => {
      const given = options.map(([flags, text]) => `- ${code(flags)}: ${text}\n`).join('');
      const lines = examples.map((example) => `imicros-flow-worker ${example}\n`).join('');
      const parts = [
        `### ${name}`,
        code(usage),
        about,
        given.trimEnd(),
        `\`\`\`sh\n${lines}\`\`\``,
      ];
      return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
    })
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
