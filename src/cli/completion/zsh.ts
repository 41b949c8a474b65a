import { idOf } from './bash';
import type { Flag, Words } from './words';

/** What each word is about stands beside it. Where a value is expected, and where nothing fits, come files. */
export const zshScript = (name: string, words: readonly Words[]): string => `\
#compdef ${name}
# ${name} completion for zsh: source it after compinit, or put it into a folder of fpath as _${name}.
_${idOf(name)}() {
  local at='' word i
  local -a found
  for ((i = 2; i < CURRENT; i++)); do
    if [[ $words[i] == -- ]]; then
      _files
      return
    fi
    word="\${at:+$at }$words[i]"
    case "$word" in
      ${words
        .filter(({ path }) => path !== '')
        .map(({ path }) => `'${path}'`)
        .join(' | ')}) at="$word" ;;
    esac
  done
  case "$at $words[CURRENT-1]" in
${words.flatMap(({ path, flags }) => flags.flatMap((flag) => valueCase(path, flag))).join('')}  esac
  case "$at" in
${words.map(wordsCase).join('')}  esac
  _describe -o ${quoted(name)} found || _files
}
compdef _${idOf(name)} ${name}
`;

function valueCase(path: string, { name, takesValue, choices }: Flag): string[] {
  const at = `    '${path} ${name}')`;
  if (choices.length > 0) return [`${at} compadd -- ${choices.join(' ')}; return ;;\n`];
  return takesValue ? [`${at} _files; return ;;\n`] : [];
}

function wordsCase({ path, commands, flags }: Words): string {
  const entries = [...commands, ...flags.map(({ name, about }) => [name, about] as const)];
  return `    '${path}') found=(${entries.map(entry).join(' ')}) ;;\n`;
}

const entry = ([word, about]: readonly [string, string]): string =>
  quoted(about === '' ? word : `${word}:${about}`);

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
