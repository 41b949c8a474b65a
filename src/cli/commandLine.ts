import { Command as Parser, CommanderError, Option } from 'commander';
import * as E from 'fp-ts/Either';
import type { Settings } from '../config';
import { optionsOf, readConfig } from '../config';
import type { Asked, Command, Io } from './command';
import { placesOf } from './places';

/** What the command line asks for. */
export type Invocation =
  | { readonly type: 'help'; readonly text: string }
  | { readonly type: 'run'; readonly command: string; run(io: Io): Promise<void> };

type Env = Readonly<Record<string, string | undefined>>;

export const NAME = 'imicros-flow-worker';
const EXIT_CODES = `
Ends with 0 when it is done or was stopped by SIGINT or SIGTERM, 1 if it cannot, 2 if it is called the wrong way.
`;

/** Left: what is wrong with the command line and the configuration, a line each, and where help is. */
export function readCommandLine(
  commands: readonly Command<Settings>[],
  args: readonly string[],
  env: Env,
): E.Either<readonly string[], Invocation> {
  let said = '';
  let invocation: E.Either<readonly string[], Invocation> | undefined;
  const parser = new Parser(NAME)
    .exitOverride()
    .configureOutput({ writeOut: (text) => (said += text), writeErr: (text) => (said += text) })
    .configureHelp({ helpWidth: 100 })
    .description('A work queue for Moleculer: every decision is in an append-only log.')
    .addHelpText('after', EXIT_CODES);
  for (const command of commands) {
    addTo(parser, command, commands).action((...given: unknown[]) => {
      invocation = configured(command, askedOf(command, given), env);
    });
  }
  try {
    parser.parse(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return E.right({ type: 'help', text: said });
    const named = commands.find(({ name }) => `${args.join(' ')} `.startsWith(`${name} `));
    return E.left([whyOf(error), usage(named)]);
  }
  if (invocation === undefined) throw new Error('Commander neither ran a command nor refused');
  return invocation;
}

/** What there is in a group. */
const groupText = (commands: readonly Command<Settings>[], group: string): string =>
  commands.flatMap(({ name }) => (name.startsWith(`${group} `) ? [name] : [])).join(', ');

function addTo(
  parser: Parser,
  command: Command<Settings>,
  commands: readonly Command<Settings>[],
): Parser {
  const [group, name] = command.name.split(' ');
  const above =
    name === undefined
      ? parser
      : (parser.commands.find((each) => each.name() === group) ??
        parser.command(group ?? '').description(groupText(commands, group ?? '')));
  const added = above
    .command(name ?? command.name)
    .description(command.about)
    .allowExcessArguments(false)
    .addHelpText(
      'after',
      `\nExamples:\n${command.examples.map(exampleLine).join('')}${EXIT_CODES}`,
    );
  for (const argument of command.args ?? []) added.addArgument(argument);
  for (const option of command.options ?? []) added.addOption(option);
  added.addOption(new Option('--json', 'prints JSON in place of text'));
  for (const { flags, about } of optionsOf(command.settings)) {
    added.addOption(new Option(flags, about));
  }
  return added;
}

const exampleLine = (example: string): string => `  ${NAME} ${example}\n`;

/** Commander gives the arguments, then the options. */
const askedOf = ({ args = [] }: Command<Settings>, given: readonly unknown[]): Asked => ({
  ...(given[args.length] as Asked),
  ...Object.fromEntries(args.map((argument, i) => [argument.name(), given[i]])),
});

function configured(
  command: Command<Settings>,
  asked: Asked,
  env: Env,
): E.Either<readonly string[], Invocation> {
  const flags = Object.fromEntries(
    optionsOf(command.settings).map(({ flag, flags }) => [flag, textOf(new Option(flags), asked)]),
  );
  const config = readConfig(command.settings, { flags, env }, command.required);
  if (E.isLeft(config)) return E.left([...config.left, usage(command)]);
  return E.right({
    type: 'run',
    command: command.name,
    run: (io) => command.run(config.right, asked, io),
  });
}

/** A flag that stands alone means true. */
function textOf(option: Option, asked: Asked): string | undefined {
  const value = asked[option.attributeName()];
  return value === true ? 'true' : typeof value === 'string' ? value : undefined;
}

/** What stands behind the = of an unknown flag may be a secret. */
const whyOf = ({ code, message }: CommanderError): string =>
  code === 'commander.help'
    ? 'No command given'
    : message.replace(/^error: /, '').replace(/(--[\w-]+)=[^]*'/, "$1'");

function usage(command?: Command<Settings>): string {
  const name = command?.name ?? '<command>';
  const args = placesOf(command?.args);
  const help = command === undefined ? '--help' : `${name} --help`;
  return `\nUsage: ${NAME} ${name} [options]${args}\n\n${NAME} ${help} tells more.`;
}
