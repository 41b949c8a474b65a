import type { Spread } from './measure';

/** A row of a table, its cells under each other. */
export const line = (...cells: string[]): void => {
  process.stdout.write(`${cells.map((text) => text.padStart(22)).join('')}\n`);
};

export const spread = ({ min, median, max }: Spread): string =>
  `${median.toFixed(0)} (${min.toFixed(0)}-${max.toFixed(0)})`;

export interface Ratio {
  readonly name: string;
  readonly value: number;
  /** What it has to reach. */
  readonly must?: number;
}

export function printRatios(title: string, ratios: readonly Ratio[]): void {
  process.stdout.write(`\n${title}\n`);
  for (const { name, value, must } of ratios) {
    const goal = must === undefined ? '' : ` (must: ${String(must)})`;
    process.stdout.write(`  ${name}: ${value.toFixed(2)}${goal}\n`);
  }
}
