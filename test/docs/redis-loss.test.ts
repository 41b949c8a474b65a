import { readText } from './markdown';

/** What the page says happens is what a test shows: each row names one that is there. */

const rows = readText('docs/redis-loss.md')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !/ \| Test \|$/.test(line))
  .map((line) => line.slice(2, -2).split(' | ').at(-1)!);

test('every row names a test', () => {
  expect(rows.length).toBeGreaterThan(20);
  expect(rows.filter((tests) => !tests.startsWith('`test/'))).toEqual([]);
});

test('every test is in its file', () => {
  const missing = rows
    .flatMap((tests) => tests.split('<br>'))
    .filter((named) => {
      const [, file, title] = /^`([^`]+)` › (.+)$/.exec(named)!;
      const text = readText(file!);
      return !["'", '"', '`'].some((quote) => text.includes(quote + title! + quote));
    });
  expect(missing).toEqual([]);
});
