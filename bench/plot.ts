import type { Row, Table } from './tables/table';
import { groupsOf } from './tables/table';

const WIDTH = 900;
const LEFT = 300;
const RIGHT = 110;
const BAR = 18;
const STEP = 26;
const COLOURS = ['#1f6f8b', '#99a8b2'] as const;

/** A bar for each median, a thin line from the lowest to the highest figure. Each `of` has its own scale. */
export function svgOf({ title, rows }: Table): string {
  const groups = groupsOf(rows);
  let y = 50;
  const parts: string[] = [text(10, 28, title, 'font-size="18" font-weight="bold"')];
  for (const [of, members] of groups) {
    parts.push(text(10, y, of, 'font-weight="bold"'));
    y += 10;
    const most = Math.max(...members.map(({ max }) => max));
    for (const row of members) {
      parts.push(...barOf(row, y, (WIDTH - LEFT - RIGHT) / most));
      y += STEP;
    }
    y += 24;
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y}" font-family="sans-serif" font-size="13">`,
    `<rect width="${WIDTH}" height="${y}" fill="#fff"/>`,
    ...parts,
    '</svg>\n',
  ].join('\n');
}

function barOf({ name, min, median, max }: Row, y: number, scale: number): string[] {
  const at = (value: number): string => (LEFT + value * scale).toFixed(1);
  const middle = y + BAR / 2;
  const colour = COLOURS[name.startsWith('ours') ? 0 : 1];
  return [
    text(LEFT - 8, middle + 4, name, 'text-anchor="end"'),
    `<rect x="${LEFT}" y="${y}" width="${(median * scale).toFixed(1)}" height="${BAR}" fill="${colour}"/>`,
    `<path d="M${at(min)} ${middle}H${at(max)}" stroke="#222"/>`,
    text(LEFT + max * scale + 6, middle + 4, rounded(median)),
  ];
}

const text = (x: number, y: number, words: string, attributes = ''): string =>
  `<text x="${x.toFixed(1)}" y="${y}" ${attributes}>${escaped(words)}</text>`;

const escaped = (words: string): string =>
  words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Three digits that count, and all before the point. */
export const rounded = (value: number): string =>
  value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
