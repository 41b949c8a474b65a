import * as E from 'fp-ts/Either';
import { readCommandLine } from '../../../src/cli/commandLine';
import { COMMANDS } from '../../../src/cli/commands';

const command = (args: string[], env = {}) => {
  const read = readCommandLine(COMMANDS, args, env);
  if (E.isLeft(read)) throw new Error(read.left.join('\n'));
  return read.right.type === 'run' ? read.right.command : 'help';
};
const refusal = (args: string[], env = {}) => {
  const read = readCommandLine(COMMANDS, args, env);
  if (E.isRight(read)) throw new Error('It was accepted');
  return read.left;
};

/** What the command prints, of the settings it was given. */
async function printed(args: string[], env = {}): Promise<Record<string, { value: unknown }>> {
  const read = readCommandLine(COMMANDS, ['config', 'print', '--json', ...args], env);
  if (E.isLeft(read) || read.right.type !== 'run') throw new Error('It was not accepted');
  let text = '';
  await read.right.run({
    print: (more) => (text += more),
    say: () => undefined,
    bar: () => undefined,
    input: async () => '',
    paint: (_, shown) => shown,
    stopped: Promise.resolve(),
  });
  return JSON.parse(text) as Record<string, { value: unknown }>;
}

test.each([
  [['start'], 'start'],
  [['serve', '--moleculer-transporter', 'TCP'], 'serve'],
  [['migrate', '--dry-run'], 'migrate'],
  [['info', '--owner', 'a', '--service', 'b'], 'info'],
  [['queues', '--max', '1000', '--json'], 'queues'],
  [['config', 'print'], 'config print'],
  [['retention', '--keep', '30', '--embedded'], 'retention'],
  [['audit', 'verify', '--owner', 'a', '--service', 'b'], 'audit verify'],
])('%j is %s', (args, name) => {
  expect(command(args)).toBe(name);
});

test('a flag reaches its setting; one that stands alone means true', async () => {
  const config = await printed(['--redis-cluster', '--jobs', 'false', '--redis-tls-ca-file=']);
  expect(config['redis.cluster']).toEqual({ value: true, from: '--redis-cluster' });
  expect(config['jobs']).toEqual({ value: false, from: '--jobs' });
  expect(config['redis.tls.caFile']).toEqual({ value: null, from: 'default' });
});

test('secrets are printed as ***', async () => {
  const env = { REDIS_PASSWORD: 'hidden', REDIS_URL: 'redis://me:hidden@there:1/2' };
  const config = await printed([], env);
  expect(config['redis.password']).toEqual({ value: '***', from: 'REDIS_PASSWORD' });
  expect(config['redis.url']).toEqual({ value: 'redis://***@there:1/2', from: 'REDIS_URL' });
});

test('a command reads its own settings only', () => {
  const env = { REDIS_URL: 'http://x', DATA_DIR: 'a\0b' };
  expect(command(['migrate'], env)).toBe('migrate');
  expect(refusal(['start'], env)).toHaveLength(2);
  expect(refusal(['queues'], env)).toHaveLength(2);
  expect(refusal(['info', '--owner', 'a', '--service', 's'], env)).toHaveLength(3);
});

test('all mistakes are told at once, by the name the caller used, then where help is', () => {
  expect(refusal(['start', '--port', '65536'], { DATA_DIR: 'a\0b' })).toEqual([
    '--port must be a whole number from 0 to 65535 (0: any free port); given was "65536"',
    'DATA_DIR must be the path of a folder; given was "a\\u0000b"',
    '\nUsage: imicros-flow-worker start [options]\n\nimicros-flow-worker start --help tells more.',
  ]);
});

test.each(['-1', '1.5', '1e3', ' 80', 'http'])('PORT=%j is refused', (PORT) => {
  expect(refusal(['start'], { PORT })).toHaveLength(2);
});

test.each([
  [[], /^No command given$/],
  [['stop'], /^unknown command 'stop'/],
  [['start', 'again'], /^too many arguments for 'start'/],
  [['start', '--prot', '1'], /Did you mean --port\?/],
  [['start', '--port'], /argument missing$/],
  [['config'], /^No command given$/],
  [['info', '--owner', 'a'], /^required option '--service <id>' not specified$/],
  [['queues', '--max', '1001'], /It must be a whole number from 1 to 1000\.$/],
  [['queues', '--after', 'x'], /It must be a mark that was printed\.$/],
])('%j is no command', (args, why) => {
  expect(refusal(args)[0]).toMatch(why);
});

test('what stands behind an unknown flag is not repeated', () => {
  expect(refusal(['serve', '--redis-password=hidden']).join()).not.toContain('hidden');
});

test.each([[['--help']], [['start', '-h']], [['help', 'serve']], [['config', 'print', '--help']]])(
  '%j asks for help',
  (args) => {
    expect(readCommandLine(COMMANDS, args, {})).toMatchObject({
      right: { type: 'help', text: expect.stringMatching(/^Usage: /) },
    });
  },
);
