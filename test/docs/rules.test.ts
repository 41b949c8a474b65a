import { codeIn, pages, readText } from './markdown';

/** The page of the rules names code and tests that are there, so that it cannot rot. */

const RULES = readText('docs/rules.md');
const rows = [...RULES.matchAll(/^\| .+ \| .+ \| (`src.+) \| (`test.+) \|$/gm)].map(
  ([, where, tests]) => ({ where: where!.split('<br>'), tests: tests!.split('<br>') }),
);

test('every rule of the design has its part of the page', () => {
  const marks = [...RULES.matchAll(/^## \[(F\d)\]/gm)].map(([, mark]) => mark);
  expect(marks).toEqual(['F1', 'F2', 'F3', 'F4', 'F5', 'F6']);
  const lines = RULES.split('\n').filter((line) => /^\| (?!Rule )/.test(line));
  expect(rows.length).toBe(lines.length); // each names code and a test
  expect(pages()).toContain('docs/rules.md');
  expect(readText('docs/README.md')).toContain('(rules.md)');
});

test('every name stands in the file it is said to be in', () => {
  const missing = rows
    .flatMap(({ where }) => where)
    .flatMap((place) => {
      const [file, ...names] = codeIn(place);
      const text = readText(file!);
      return names.filter((name) => !new RegExp(`\\b${name}\\b`).test(text)).map(() => place);
    });
  expect(missing).toEqual([]);
});

test('every test is in its file', () => {
  const missing = rows
    .flatMap(({ tests }) => tests)
    .filter((named) => {
      const [, file, title] = /^`([^`]+)` › (.+)$/.exec(named)!;
      const text = readText(file!);
      return !["'", '"', '`'].some((quote) => text.includes(quote + title! + quote));
    });
  expect(missing).toEqual([]);
});
