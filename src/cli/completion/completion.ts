import { Argument } from 'commander';
import type { Settings } from '../../config';
import type { Command } from '../command';
import { bashScript } from './bash';
import { fishScript } from './fish';
import { wordsOf } from './words';
import { zshScript } from './zsh';

const SHELLS = { bash: bashScript, zsh: zshScript, fish: fishScript };
const NONE = {} satisfies Settings;

/** The command that prints a script for these and itself. */
export function completionOf(
  program: string,
  others: readonly Command<Settings>[],
): Command<typeof NONE> {
  const completion: Command<typeof NONE> = {
    name: 'completion',
    about: 'Prints a script with which a shell completes commands and options.',
    examples: ['completion bash > /etc/bash_completion.d/imicros-flow-worker', 'completion fish'],
    settings: NONE,
    args: [new Argument('<shell>', 'the shell').choices(Object.keys(SHELLS))],
    async run(_, asked, { print }) {
      const { shell, json } = asked as {
        readonly shell: keyof typeof SHELLS;
        readonly json?: boolean;
      };
      const all = [...others, completion as unknown as Command<Settings>]; // its settings are none
      const script = SHELLS[shell](program, wordsOf(all));
      print(json === true ? `${JSON.stringify({ shell, script })}\n` : script);
    },
  };
  return completion;
}
