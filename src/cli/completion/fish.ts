import type { Flag, Words } from './words';

const quoted = (text: string): string =>
  `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/** A command is seen where each of its words is, so that a group and its command are told apart. */
export const fishScript = (name: string, words: readonly Words[]): string => `\
# ${name} completion for fish: put it into ~/.config/fish/completions/${name}.fish.
complete -c ${name} -e
${words.flatMap((each) => linesOf(name, each)).join('')}`;

function linesOf(name: string, { path, commands, flags }: Words): string[] {
  const seen = path
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => `__fish_seen_subcommand_from ${word}`);
  const none = commands.map(([command]) => command).join(' ');
  const notYet = none === '' ? [] : [`not __fish_seen_subcommand_from ${none}`];
  const line = (conditions: readonly string[], rest: string): string => {
    const condition = conditions.length === 0 ? '' : ` -n ${quoted(conditions.join('; and '))}`;
    return `complete -c ${name}${condition} ${rest}\n`;
  };
  return [
    ...commands.map(([command, about]) =>
      line([...seen, ...notYet], `-f -a ${quoted(command)} -d ${quoted(about)}`),
    ),
    ...flags.map((flag) => line(path === '' ? notYet : seen, flagPart(flag))),
  ];
}

function flagPart({ name, about, takesValue, choices }: Flag): string {
  const value =
    choices.length > 0 ? ` -x -a ${quoted(choices.join(' '))}` : takesValue ? ' -r' : '';
  return `-l ${name.slice(2)}${value} -d ${quoted(about)}`;
}
