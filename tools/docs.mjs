// npm run docs: writes the tables of settings in docs/configuration.md from their declarations in
// src/config/settings.ts, and the commands in docs/cli.md from theirs in src/cli. npm run docs:check fails
// where they are not what would be written.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, main, root } from './setup.mjs';

const pages = [
  { file: 'configuration.md', what: 'settings', of: 'src/config', render: tables },
  { file: 'cli.md', what: 'commands', of: 'src/cli', render: commands },
];

await main(() => {
  ensureInstalled();
  ensureBuilt();
  for (const page of pages) write(page);
});

function write({ file, what, of, render }) {
  const path = join(root, 'docs', file);
  const begin = `<!-- ${what}: written by \`npm run docs\` -->`;
  const end = `<!-- end of ${what} -->`;
  const text = readFileSync(path, 'utf8');
  const [before, rest] = text.split(begin);
  const after = rest?.split(end)[1];
  if (after === undefined) throw new Error(`${path} lacks ${begin} or ${end}`);
  const wanted = `${before}${begin}\n\n${render()}\n${end}${after}`;
  if (wanted === text) return;
  if (process.argv[2] === '--check') {
    process.stderr.write(`docs/${file} is not what ${of} says. Run: npm run docs\n`);
    process.exitCode = 1;
  } else writeFileSync(path, wanted);
}

function built(...path) {
  return createRequire(import.meta.url)(join(root, 'dist', ...path)).documented();
}

function tables() {
  return Object.entries(built('config'))
    .map(([title, rows]) => `### ${title}\n\n${table(rows)}`)
    .join('\n');
}

function commands() {
  return built('cli', 'documented')
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
