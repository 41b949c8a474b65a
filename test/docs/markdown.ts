import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

export const ROOT = join(__dirname, '..', '..');

export const readText = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** The project's pages, by their paths. */
export const pages = (): string[] =>
  [
    ...readdirSync(ROOT),
    ...readdirSync(join(ROOT, 'docs'), { recursive: true }).map((name) =>
      join('docs', String(name)),
    ),
  ]
    .filter((name) => name.endsWith('.md'))
    .sort();

export interface Block {
  readonly language: string;
  readonly code: string;
}

/** The code blocks below a line `<!-- runnable -->`. */
export const runnableBlocks = (markdown: string, language: string): Block[] =>
  [...markdown.matchAll(/^<!-- runnable -->\n```(\w+)\n([^]*?)^```$/gm)]
    .map(([, found, code]) => ({ language: found!, code: code! }))
    .filter((block) => block.language === language);

/** The rows of the table whose head begins with these columns; inline code keeps its backticks. */
export function tableOf(markdown: string, ...head: string[]): string[][] {
  const lines = markdown.split('\n');
  const start = lines.findIndex(
    (line) => line.startsWith('|') && head.every((name, i) => cellsOf(line)[i] === name),
  );
  if (start < 0) throw new Error(`there is no table with the columns ${head.join(', ')}`);
  const length = lines.slice(start).findIndex((line) => !line.startsWith('|'));
  return lines.slice(start + 2, start + length).map(cellsOf);
}

const cellsOf = (line: string): string[] =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());

/** What stands in backticks. */
export const codeIn = (cell: string): string[] =>
  [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code!);

/** Relative links of a page that lead nowhere: no such file, or no such heading in it. */
export function brokenLinks(page: string): string[] {
  const text = withoutBlocks(readText(page));
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link!);
  return links.filter((link) => !/^[a-z]+:/.test(link) && !resolves(page, link));
}

function resolves(page: string, link: string): boolean {
  const [path, anchor] = link.split('#');
  const target = path === '' ? page : join(dirname(page), path!);
  if (relative(ROOT, join(ROOT, target)).startsWith('..')) return false;
  if (!existsSync(join(ROOT, target))) return false;
  return anchor === undefined || anchorsOf(readText(target)).includes(anchor);
}

/** As GitHub makes them. */
const anchorsOf = (markdown: string): string[] =>
  [...withoutBlocks(markdown).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

/** Files and folders of the project that a page names in backticks and that are not there. */
export const missingPaths = (page: string): string[] =>
  codeIn(withoutBlocks(readText(page)))
    .flatMap((code) => code.split(/\s+/))
    .filter((word) => /^(src|test|docs|bench|tools)\/[\w./-]+$/.test(word))
    .filter((path) => !existsSync(join(ROOT, path)));

const withoutBlocks = (markdown: string): string => markdown.replace(/^```[^]*?^```$/gm, '');
