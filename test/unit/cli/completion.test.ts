import { execFileSync, spawnSync } from 'node:child_process';
import { COMMANDS } from '../../../src/cli/commands';
import { bashScript } from '../../../src/cli/completion/bash';
import { fishScript } from '../../../src/cli/completion/fish';
import { wordsOf } from '../../../src/cli/completion/words';
import { zshScript } from '../../../src/cli/completion/zsh';

const NAME = 'imicros-flow-worker';
const WORDS = wordsOf(COMMANDS);

describe('bash, as it runs the script', () => {
  /** The last word is the one that is completed. */
  const completed = (...words: string[]): string[] => {
    const script = `${bashScript(NAME, WORDS)}
      COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
      _imicros_flow_worker
      printf '%s\\n' "\${COMPREPLY[@]}"`;
    const out = execFileSync('bash', ['-uc', script, 'bash', NAME, ...words], {
      encoding: 'utf8',
    });
    return out.split('\n').filter((word) => word !== '');
  };

  test('offers the commands, and groups once', () => {
    const first = COMMANDS.map(({ name }) => name.split(' ')[0]);
    expect(completed('').sort()).toEqual([...new Set([...first, '--help'])].sort());
    expect(completed('wor')).toEqual(['worker']);
  });

  test('offers the commands of a group', () => {
    expect(completed('audit', '').sort()).toEqual(
      ['--help', 'explain', 'replay', 'state', 'verify', 'what-if'].sort(),
    );
  });

  test('offers the options of a command, those of settings as well', () => {
    expect(completed('start', '--da')).toEqual(['--data-dir']);
    expect(completed('worker', 'mailer', '--no')).toEqual(['--no-ack-errors']);
    expect(completed('audit', 'replay', '--jso')).toEqual(['--json']);
    expect(completed('start', '--embedded')).toEqual([]);
  });

  test('offers the values of an option where they are known, else leaves it to the shell', () => {
    expect(completed('audit', 'replay', '--format', '')).toEqual(['json', 'csv', 'table']);
    expect(completed('serve', '--jobs', 'f')).toEqual(['false']);
    expect(completed('serve', '--config', '')).toEqual([]);
    expect(completed('completion', 'f')).toEqual(['fish']);
  });

  test('leaves what is behind -- to the shell', () => {
    expect(completed('worker', 'mailer', '--', '')).toEqual([]);
  });
});

const SHELLS = [
  ['bash', ['-n'], bashScript],
  ['zsh', ['-n'], zshScript],
  ['fish', ['--no-execute'], fishScript],
] as const;

describe.each(SHELLS)('%s', (shell, check, scriptOf) => {
  const isThere = spawnSync(shell, ['--version']).status === 0;
  (isThere ? test : test.skip)('reads the script', () => {
    const { status, stderr } = spawnSync(shell, check, {
      input: scriptOf(NAME, WORDS),
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});

(spawnSync('fish', ['--version']).status === 0 ? test : test.skip)(
  'fish completes commands and options',
  () => {
    const completed = (line: string): string[] =>
      execFileSync(
        'fish',
        ['--no-config', '-c', `${fishScript(NAME, WORDS)}\ncomplete -C '${NAME} ${line}'`],
        { encoding: 'utf8' },
      )
        .split('\n')
        .map((entry) => entry.split('\t')[0]!)
        .filter((word) => word !== '');
    expect(completed('wor')).toEqual(['worker']);
    expect(completed('audit re')).toEqual(['replay']);
    expect(completed('start --da')).toEqual(['--data-dir']);
    expect(completed('serve --jobs f')).toEqual(['false']);
  },
);
