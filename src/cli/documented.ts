import { COMMANDS } from './commands';
import { placesOf } from './places';

/** What docs/cli.md tells of a command; its settings are in docs/configuration.md. */
interface Documented {
  readonly name: string;
  readonly usage: string;
  readonly about: string;
  readonly options: readonly (readonly [flags: string, about: string])[];
  readonly examples: readonly string[];
}

export const documented = (): Documented[] =>
  COMMANDS.map(({ name, about, args, options = [], examples }) => ({
    name,
    usage: `${name} [options]${placesOf(args)}`,
    about,
    options: options.map(({ flags, description, argChoices, defaultValueDescription }) => [
      flags,
      [
        description,
        ...(argChoices === undefined ? [] : [`one of ${argChoices.join(', ')}`]),
        ...(defaultValueDescription === undefined ? [] : [`default: ${defaultValueDescription}`]),
      ].join('; '),
    ]),
    examples,
  }));
