import { effective, settings, textOf } from '../config';
import type { Command } from './command';

const { SETTINGS } = settings;

export const configPrint: Command<typeof SETTINGS> = {
  name: 'config print',
  about: 'Prints all settings, and where each comes from; secrets as ***.',
  examples: ['config print', 'config print --config /etc/flow-worker.json --json'],
  settings: SETTINGS,
  async run(config, { json }, { print }) {
    const all = effective(SETTINGS, config);
    if (json === true) {
      const entries = all.map(({ key, value, from }) => [key, { value, from }]);
      print(`${JSON.stringify(Object.fromEntries(entries))}\n`);
      return;
    }
    const rows = all.map(({ key, value, from }) => [
      key,
      value === null ? '' : textOf(value),
      from,
    ]);
    print(table(rows));
  },
};

/** Columns as wide as what is in them, the last as it is. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row.map((cell, i) => (i < row.length - 1 ? cell.padEnd(widths[i] ?? 0) : cell)).join('  ');
  return rows.map((row) => `${line(row)}\n`).join('');
}
