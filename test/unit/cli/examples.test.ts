import { execFileSync } from 'node:child_process';
import * as E from 'fp-ts/Either';
import { readCommandLine } from '../../../src/cli/commandLine';
import { COMMANDS } from '../../../src/cli/commands';

/** What a shell makes of it. Where its output goes and its input comes from is not the command's. */
const words = (line: string): string[] =>
  execFileSync(
    'bash',
    ['-c', `list() { printf '%s\\n' "$@"; }; list ${line.replace(/ [<>] \S+/, '')}`],
    {
      encoding: 'utf8',
    },
  )
    .trimEnd()
    .split('\n');

const ENV = { QUEUE_TOKEN: 'token', MOLECULER_TRANSPORTER: 'TCP' };
const examples = COMMANDS.flatMap(({ name, examples: lines }) =>
  lines.map((line) => [line, name] as const),
);

test.each(examples)('the example works as it stands: %s', (line, name) => {
  const read = readCommandLine(COMMANDS, words(line), ENV);
  // The files that it names are those of a reader.
  const mistakes = E.isLeft(read) ? read.left.filter((mistake) => !mistake.startsWith('\n')) : [];
  expect(mistakes.filter((mistake) => !/cannot be read: ENOENT/.test(mistake))).toEqual([]);
  if (E.isRight(read)) expect(read.right).toMatchObject({ type: 'run', command: name });
});

test('each help has its examples', () => {
  for (const { name, examples: lines } of COMMANDS) {
    const read = readCommandLine(COMMANDS, [...name.split(' '), '--help'], {});
    expect(read).toMatchObject({ right: { type: 'help' } });
    for (const line of lines) {
      expect((read as E.Right<{ text: string }>).right.text).toContain(
        `\n  imicros-flow-worker ${line}\n`,
      );
    }
  }
});
