import type { Argument } from 'commander';

/** What stands behind the name of a command, as a usage shows it. */
export const placesOf = (args: readonly Argument[] = []): string =>
  args.map((each) => ` <${each.name()}${each.variadic ? '...' : ''}>`).join('');
