import type { Spread } from './measure';

/** A row of a table, its cells under each other. */
export const line = (...cells: string[]): void => {
  process.stdout.write(`${cells.map((text) => text.padStart(22)).join('')}\n`);
};

export const spread = ({ min, median, max }: Spread, digits = 0): string =>
  `${median.toFixed(digits)} (${min.toFixed(digits)}-${max.toFixed(digits)})`;

export interface Ratio {
  readonly name: string;
  readonly value: number;
  /** What it has to reach, or may reach at most. */
  readonly must?: number;
  readonly try?: number;
  /** The lower the better. */
  readonly atMost?: true;
}

export function printRatios(title: string, ratios: readonly Ratio[]): void {
  process.stdout.write(`\n${title}\n`);
  for (const ratio of ratios) {
    const digits = ratio.value < 0.1 ? 5 : 2;
    process.stdout.write(`  ${ratio.name}: ${ratio.value.toFixed(digits)}${goalOf(ratio)}\n`);
  }
}

function goalOf({ must, try: wished, atMost }: Ratio): string {
  if (must === undefined) return '';
  const bound = atMost === true ? 'at most ' : '';
  const more = wished === undefined ? '' : `, try for: ${String(wished)}`;
  return ` (must: ${bound}${String(must)}${more})`;
}

/** What one form of the bench has found; its rows are its own. */
export interface Figures {
  readonly configuration: object;
}

export function tell<F extends Figures>(json: boolean, figures: F, print: (figures: F) => void) {
  if (json) {
    process.stdout.write(`${JSON.stringify(figures)}\n`);
    return;
  }
  process.stdout.write(`${JSON.stringify(figures.configuration)}\n\n`);
  print(figures);
}
