import * as E from 'fp-ts/Either';
import { readCommandLine } from '../../../src/cli/commandLine';

const config = (args: string[], env = {}) => {
  const read = readCommandLine(['start', ...args], env);
  return E.isRight(read) && read.right.type === 'start' ? read.right.config : read;
};
const mistakes = (args: string[], env = {}) => {
  const read = readCommandLine(args, env);
  if (E.isRight(read)) throw new Error('It was accepted');
  return read.left;
};

test('everything has a default', () => {
  expect(config([])).toEqual({ port: 3000, dataDir: './data', json: false });
  expect(config([], { PORT: '', DATA_DIR: '' })).toMatchObject({ port: 3000, dataDir: './data' });
});

test('a flag wins over the environment', () => {
  const env = { PORT: '1', DATA_DIR: '/env' };
  expect(config([], env)).toMatchObject({ port: 1, dataDir: '/env' });
  expect(config(['--port', '0', '--data-dir', '/flag', '--json'], env)).toEqual({
    port: 0,
    dataDir: '/flag',
    json: true,
  });
});

test('a mistake in the environment does not matter where a flag is given', () => {
  expect(config(['--port=5'], { PORT: 'x' })).toMatchObject({ port: 5 });
});

test('all mistakes are told at once, by the name the caller used', () => {
  expect(mistakes(['start', '--port', '65536'], { DATA_DIR: 'a\0b' })).toEqual([
    '--port must be a whole number from 0 to 65535 (0: any free port); given was "65536"',
    'DATA_DIR must be the path of a folder; given was "a\\u0000b"',
  ]);
});

test.each(['-1', '1.5', '1e3', ' 80', 'http'])('PORT=%j is refused', (PORT) => {
  expect(mistakes(['start'], { PORT })).toHaveLength(1);
});

test.each([
  [[]],
  [['stop']],
  [['start', 'again']],
  [['start', '--prot', '1']],
  [['start', '--port']],
])('%j is no command', (args) => {
  expect(mistakes(args)).toHaveLength(1);
});

test.each([[['--help']], [['start', '-h']]])('%j asks for help', (args) => {
  expect(readCommandLine(args, {})).toEqual(E.right({ type: 'help' }));
});
