import type { Spread } from '../measure';
import type { Family } from '../peers/contender';
import type { Ratio } from '../report';
import type { Run } from './run';

/** A figure with all that it needs to be read. */
export interface Row extends Spread {
  /** What was measured, in which unit. */
  readonly of: string;
  readonly name: string;
  readonly configuration: string;
}

export interface Table {
  readonly title: string;
  readonly rows: readonly Row[];
  readonly ratios: readonly Ratio[];
}

export interface TablePlan {
  /** Of the plot's file, and what `--tables` names. */
  readonly name: string;
  /** It is left out unless `--only` names all of them. */
  readonly families: readonly Family[];
  measure(run: Run): Promise<Table>;
}

/** What belongs side by side. */
export function groupsOf(rows: readonly Row[]): ReadonlyMap<string, readonly Row[]> {
  const names = new Set(rows.map(({ of }) => of));
  return new Map([...names].map((name) => [name, rows.filter(({ of }) => of === name)]));
}

/** What a ratio has to reach. */
export interface Goal {
  readonly must: number;
  readonly try: number;
}

/** Of two medians, where both were measured. */
export function ratiosOf(
  rows: readonly Row[],
  of: string,
  [name, other]: readonly [string, string],
  goal?: Goal,
): Ratio[] {
  const find = (wanted: string): Row | undefined =>
    rows.find((row) => row.of === of && row.name === wanted);
  const [above, below] = [find(name), find(other)];
  if (above === undefined || below === undefined) return [];
  return [{ name: `${of}: ${name} to ${other}`, value: above.median / below.median, ...goal }];
}
