import type { Words } from './words';

/** Words of a script between quotes: none of ours has one in it. */
const pattern = (path: string): string => `'${path}'`;

/** Where a value is expected, and where nothing fits, the shell offers files. */
export const bashScript = (name: string, words: readonly Words[]): string => `\
# ${name} completion for bash: source it, or put it into /etc/bash_completion.d.
_${idOf(name)}() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD - 1]}"
  local path='' word i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    [[ \${COMP_WORDS[i]} == -- ]] && return
    word="\${path:+$path }\${COMP_WORDS[i]}"
    case "$word" in
      ${words
        .filter(({ path }) => path !== '')
        .map(({ path }) => pattern(path))
        .join(' | ')}) path="$word" ;;
    esac
  done
  case "$path $previous" in
${words.flatMap(valuesOf).join('')}  esac
  case "$path" in
${words.map(wordsCase).join('')}  esac
}
complete -o default -F _${idOf(name)} ${name}
`;

export const idOf = (name: string): string => name.replaceAll('-', '_');

function valuesOf({ path, flags }: Words): string[] {
  const withChoices = flags.filter(({ choices }) => choices.length > 0);
  const others = flags.filter(({ takesValue, choices }) => takesValue && choices.length === 0);
  const at = (flag: string): string => pattern(`${path} ${flag}`);
  return [
    ...withChoices.map(({ name, choices }) => `    ${at(name)}) ${reply(choices)}; return ;;\n`),
    ...(others.length === 0
      ? []
      : [`    ${others.map(({ name }) => at(name)).join(' | ')}) return ;;\n`]),
  ];
}

const wordsCase = ({ path, commands, flags }: Words): string =>
  `    ${pattern(path)}) ${reply([...commands.map(([command]) => command), ...flags.map((flag) => flag.name)])} ;;\n`;

const reply = (words: readonly string[]): string =>
  `COMPREPLY=($(compgen -W '${words.join(' ')}' -- "$current"))`;
