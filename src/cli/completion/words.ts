import type { Settings } from '../../config';
import { optionsOf } from '../../config';
import type { Command } from '../command';

export interface Flag {
  /** `--port`. */
  readonly name: string;
  readonly about: string;
  readonly takesValue: boolean;
  /** Empty: any value. */
  readonly choices: readonly string[];
}

/** What can follow a command, or a group of them. */
export interface Words {
  /** Empty: the program itself. */
  readonly path: string;
  /** With what each is about. */
  readonly commands: readonly (readonly [name: string, about: string])[];
  readonly flags: readonly Flag[];
}

const HELP: Flag = { name: '--help', about: 'tells more', takesValue: false, choices: [] };
const JSON_FLAG: Flag = { ...HELP, name: '--json', about: 'prints JSON in place of text' };

/** Of the program, its groups and its commands, in this order. */
export function wordsOf(commands: readonly Command<Settings>[]): Words[] {
  const groups = new Set(commands.flatMap(({ name }) => (name.includes(' ') ? groupOf(name) : [])));
  const single = commands.filter(({ name }) => !name.includes(' '));
  const about = (group: string): string => `commands of ${group}`;
  return [
    {
      path: '',
      commands: [
        ...single.map((command) => [command.name, firstSentence(command.about)] as const),
        ...[...groups].map((group) => [group, about(group)] as const),
      ],
      flags: [HELP],
    },
    ...[...groups].map((group) => ({
      path: group,
      commands: commands
        .filter(({ name }) => name.startsWith(`${group} `))
        .map(
          (command) =>
            [command.name.slice(group.length + 1), firstSentence(command.about)] as const,
        ),
      flags: [HELP],
    })),
    ...commands.map((command) => ({
      path: command.name,
      commands: choicesOf(command).map((choice) => [choice, ''] as const),
      flags: flagsOf(command),
    })),
  ];
}

const groupOf = (name: string): string => name.split(' ')[0] ?? name;

const firstSentence = (about: string): string => about.split(/[.:;](?= |$)/)[0] ?? about;

/** Words that an argument may be. */
const choicesOf = ({ args = [] }: Command<Settings>): readonly string[] =>
  args.flatMap(({ argChoices = [] }) => argChoices);

const flagsOf = ({ options = [], settings }: Command<Settings>): Flag[] => [
  ...options.map(({ long, description, required, optional, argChoices = [] }) => ({
    name: String(long),
    about: description,
    takesValue: required || optional,
    choices: argChoices,
  })),
  ...optionsOf(settings).map(({ flag, flags, about }) => ({
    name: flag,
    about,
    takesValue: flags.includes('<'),
    choices: flags.includes('[true|false]') ? ['true', 'false'] : [],
  })),
  JSON_FLAG,
  HELP,
];
