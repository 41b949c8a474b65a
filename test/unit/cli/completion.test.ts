import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COMMANDS } from '../../../src/cli/commands';
import { bashScript } from '../../../src/cli/completion/bash';
import { fishScript } from '../../../src/cli/completion/fish';
import { wordsOf } from '../../../src/cli/completion/words';
import { zshScript } from '../../../src/cli/completion/zsh';
import { requireProgram } from '../../support/program';

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

/** Of whose package apt-get may have to fetch an index first. */
const INSTALL_MS = 120_000;

describe.each(SHELLS)('%s', (shell, check, scriptOf) => {
  const folder = mkdtempSync(join(tmpdir(), 'completion-'));
  const status = (script: string): number | null => {
    const file = join(folder, 'script');
    writeFileSync(file, script);
    return spawnSync(shell, [...check, file]).status;
  };
  beforeAll(() => requireShell(shell), INSTALL_MS);
  afterAll(() => rmSync(folder, { recursive: true }));

  test('reads the script', () => {
    expect(status(scriptOf(NAME, WORDS))).toBe(0);
    expect(status(`${scriptOf(NAME, WORDS)}\n)`)).not.toBe(0);
  });
});

test(
  'fish completes commands and options',
  () => {
    requireShell('fish');
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
  INSTALL_MS,
);

function requireShell(name: string): void {
  requireProgram(name, `This test needs ${name}: install it (Debian: apt-get install ${name}).`);
}
