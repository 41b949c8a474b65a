import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import * as E from 'fp-ts/Either';
import { effective, readConfig, settings, textOf } from '../../../src/config';

const { SETTINGS } = settings;

let folder: string;
beforeEach(() => (folder = fs.mkdtempSync(join(tmpdir(), 'config-'))));
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

const written = (name: string, content: unknown): string => {
  const path = join(folder, name);
  fs.writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
};
type Texts = Record<string, string>;
const read = (env: Texts, flags: Texts = {}) => readConfig(SETTINGS, { env, flags });
const values = (env: Texts, flags: Texts = {}) => {
  const config = read(env, flags);
  if (E.isLeft(config)) throw new Error(config.left.join('\n'));
  return config.right.values;
};
const mistakes = (env: Texts, flags: Texts = {}): readonly string[] => {
  const config = read(env, flags);
  return E.isLeft(config) ? config.left : [];
};

test('everything has a default, or need not be given', () => {
  const config = read({ PORT: '', REDIS_URL: '' });
  if (E.isLeft(config)) throw new Error('refused');
  expect(new Set(Object.values(config.right.from))).toEqual(new Set(['default']));
  expect(config.right.values).toMatchObject({
    port: 3000,
    dataDir: './data',
    'redis.url': 'redis://127.0.0.1:6379',
    'redis.password': undefined,
  });
});

test('a default is what its own codec takes', () => {
  for (const [key, { codec, byDefault }] of Object.entries(SETTINGS)) {
    if (byDefault !== undefined) expect([key, codec.is(byDefault)]).toEqual([key, true]);
  }
});

test('flag over environment over file over default, and each says where it is from', () => {
  const file = written('c.json', {
    redis: { prefix: 'file', cluster: true },
    port: 1,
    jobs: false,
  });
  const env = { CONFIG_FILE: file, REDIS_PREFIX: 'env', PORT: '2' };
  const config = read(env, { '--port': '3' });
  if (E.isLeft(config)) throw new Error(config.left.join('\n'));
  const shown = Object.fromEntries(
    effective(SETTINGS, config.right).map(({ key, value, from }) => [key, [value, from]]),
  );
  expect(shown).toMatchObject({
    port: [3, '--port'],
    'redis.prefix': ['env', 'REDIS_PREFIX'],
    'redis.cluster': [true, `redis.cluster in ${file}`],
    jobs: [false, `jobs in ${file}`],
    'cassandra.keyspace': ['flow_worker', 'default'],
  });
});

test('--config wins over CONFIG_FILE', () => {
  const one = written('one.json', { port: 1 });
  const two = written('two.json', { port: 2 });
  expect(values({ CONFIG_FILE: one }, { '--config': two }).port).toBe(2);
});

test('what a file has is taken as JSON, what is text as text', () => {
  const file = written('c.json', {
    cassandra: { contactPoints: ['a', 'b:9042'], replication: { dc1: 3, dc2: 2 } },
    moleculer: { transporter: { type: 'NATS', options: { tls: { ca: 'x' } } } },
  });
  const fromFile = values({ CONFIG_FILE: file });
  const fromEnv = values({
    CASSANDRA_CONTACT_POINTS: 'a, b:9042',
    CASSANDRA_REPLICATION: 'dc1:3,dc2:2',
    MOLECULER_TRANSPORTER: '{"type":"NATS","options":{"tls":{"ca":"x"}}}',
  });
  expect(fromEnv).toEqual(fromFile);
  expect(fromEnv['cassandra.contactPoints']).toEqual(['a', 'b:9042']);
});

test('all mistakes are told at once: by the name used, what was given, what is expected', () => {
  const file = written('c.json', {
    redis: { ulr: 'redis://a', prefix: 7 },
    cassandar: { keyspace: 'x' },
    limits: { depthMax: 1001 },
  });
  expect(
    mistakes(
      {
        CONFIG_FILE: file,
        CASSANDRA_KEYSPACE: 'Flow',
        CASSANDRA_TLS_CA_FILE: '/no/such',
        JOBS: 'yes',
      },
      { '--port': '65536' },
    ),
  ).toEqual([
    `${file} has redis.ulr, which is no setting. Did you mean redis.url?`,
    `${file} has cassandar, which is no setting. Did you mean cassandra?`,
    '--port must be a whole number from 0 to 65535 (0: any free port); given was "65536"',
    'CASSANDRA_KEYSPACE must be up to 48 lower-case letters, digits and underscores; given was "Flow"',
    'CASSANDRA_TLS_CA_FILE must be the path of a PEM file; given was *** (/no/such cannot be read: ENOENT)',
    `redis.prefix in ${file} must be letters, digits, ".", ":", "_" or "-"; given was 7`,
    'JOBS must be true or false; given was "yes"',
    `limits.depthMax in ${file} must be a whole number from 1 to 1000; given was 1001`,
  ]);
});

test('what belongs together is asked for together', () => {
  const ca = written('ca.pem', '-----BEGIN CERTIFICATE-----\n');
  expect(mistakes({ CASSANDRA_USERNAME: 'u', REDIS_TLS_CERT_FILE: ca })).toEqual([
    'CASSANDRA_USERNAME needs CASSANDRA_PASSWORD as well',
    'REDIS_TLS_CERT_FILE needs REDIS_TLS_KEY_FILE as well',
  ]);
});

describe('of a group of which one is needed', () => {
  const NEEDED = [['moleculer.transporter', 'keys.masterFile']] as const;
  const left = (env: Record<string, string>) => {
    const config = readConfig(SETTINGS, { env, flags: {} }, NEEDED);
    return E.isLeft(config) ? config.left : [];
  };

  test('none given is a mistake among the others', () => {
    expect(left({ PORT: 'x' })).toEqual([
      expect.stringMatching(/^PORT must be /),
      expect.stringMatching(
        /^MOLECULER_TRANSPORTER must be .*, or KEYS_MASTER_FILE must be .*; it was not given$/,
      ),
    ]);
  });

  test('any one will do; one with a mistake is that mistake only', () => {
    const keys = written('keys.json', JSON.stringify([{ id: 'k1', key: 'k'.repeat(43) }]));
    expect(left({ KEYS_MASTER_FILE: keys })).toEqual([]);
    expect(left({ MOLECULER_TRANSPORTER: 'TCP' })).toEqual([]);
    expect(left({ KEYS_MASTER_FILE: '/no/such' })).toHaveLength(1);
  });
});

test.each([
  ['no list', '{}', 'is no JSON list with entries'],
  ['nothing', '[]', 'is no JSON list with entries'],
  ['a short key', JSON.stringify([{ id: 'k1', key: 'k'.repeat(42) }]), 'a mistake in entry 1'],
  ['no id', JSON.stringify([{ key: 'k'.repeat(43) }]), 'a mistake in entry 1'],
  [
    'one id twice',
    JSON.stringify([1, 1].map(() => ({ id: 'k1', key: 'k'.repeat(43) }))),
    'a mistake in entry 2',
  ],
])('master keys: %s', (_, text, why) => {
  const [mistake] = mistakes({ KEYS_MASTER_FILE: written('keys.json', text) });
  expect(mistake).toContain(why);
  expect(mistake).not.toContain('kkk');
});

test('a mistake does not matter where something above it is given', () => {
  expect(values({ PORT: 'x' }, { '--port': '5' }).port).toBe(5);
});

test('a secret comes from a file, without the line break at its end, and has no flag', () => {
  const path = written('password', 's3cret\n');
  expect(values({ REDIS_PASSWORD_FILE: path })['redis.password']).toBe('s3cret');
  expect(values({}, { '--redis-password-file': path })['redis.password']).toBe('s3cret');
  expect(values({ REDIS_PASSWORD: 'env', REDIS_PASSWORD_FILE: path })['redis.password']).toBe(
    'env',
  );
  expect(values({}, { '--redis-password': 's3cret' })['redis.password']).toBeUndefined();
  expect(mistakes({ REDIS_PASSWORD_FILE: 's3cret' })).toEqual([
    'The file that REDIS_PASSWORD_FILE names cannot be read: ENOENT',
  ]);
  // Only secrets have one: the end of another's name means nothing.
  expect(values({ PORT_FILE: path }).port).toBe(3000);
});

test('a file of tokens is read and checked, and nothing of it is repeated', () => {
  const sha256 = 'a'.repeat(64);
  const good = written('good.json', [{ sha256, ownerId: 'acme', operator: true }]);
  expect(values({ GATEWAY_TOKENS_FILE: good })['gateway.tokensFile']?.content).toHaveLength(1);
  const clear = written('bad.json', [
    { sha256, ownerId: 'a' },
    { sha256: 'in clear', ownerId: 'b' },
  ]);
  const [mistake, ...others] = mistakes({ GATEWAY_TOKENS_FILE: clear });
  expect(others).toEqual([]);
  expect(mistake).toContain(`(${clear} has a mistake in entry 2)`);
  expect(mistake).not.toContain('in clear');
});

test.each([
  ['redis://a/1', true],
  ['rediss://user:p%40ss@a:6380', true],
  ['redis://a,redis://b:7000', true],
  ['http://a', false],
  ['redis:///a', false],
  ['redis://u:p/w@a', false],
  ['a:6379', false],
])('REDIS_URL=%j is taken: %j', (REDIS_URL, taken) => {
  expect(mistakes({ REDIS_URL }).length === 0).toBe(taken);
});

test.each([
  ['nats://user:pw@a:4222', true],
  ['nats://a:4222,nats://b:4222', true],
  ['TCP', true],
  ['{"type":"Redis","options":{"host":"a"}}', true],
  ['foo://a', false],
  ['{"type":"Foo"}', false],
  ['{"type":"NATS","option":{}}', false],
  ['{"type":', false],
])('MOLECULER_TRANSPORTER=%j is taken: %j', (MOLECULER_TRANSPORTER, taken) => {
  expect(mistakes({ MOLECULER_TRANSPORTER }).length === 0).toBe(taken);
});

describe('no secret is ever shown', () => {
  /** Long, and of letters that a message may not happen to have; with what separates in addresses. */
  const secret = fc
    .tuple(
      fc.stringMatching(/^[A-Z0-9]{12}$/),
      fc.constantFrom('', '@', ',', '/', ':', '?', '#', ',x://', '"', '\\', '\n', '%'),
    )
    .map(([letters, sign]) => letters.slice(0, 6) + sign + letters.slice(6));
  /** Whole, and each part that may stand alone. */
  const partsOf = (text: string): string[] =>
    text.split(/[^A-Z0-9]+/).filter((part) => part !== '');

  /** All that can be told of a configuration. */
  const told = (env: Texts): string => {
    const config = read(env);
    if (E.isLeft(config)) return config.left.join('\n');
    const all = effective(SETTINGS, config.right);
    return JSON.stringify(all) + all.map(({ value }) => textOf(value)).join('\n');
  };

  const places: readonly (readonly [string, (secret: string) => Texts])[] = [
    ['a password', (s) => ({ REDIS_PASSWORD: s, CASSANDRA_USERNAME: 'u', CASSANDRA_PASSWORD: s })],
    ['a password that is refused', (s) => ({ REDIS_PASSWORD: `${s}\0` })],
    ['a password without its user', (s) => ({ CASSANDRA_PASSWORD: s })],
    ['an address', (s) => ({ REDIS_URL: `redis://u:${encodeURIComponent(s)}@h` })],
    ['an address, not encoded', (s) => ({ REDIS_URL: `redis://u:${s}@h` })],
    ['two addresses', (s) => ({ REDIS_URL: `redis://u:${s}@h,redis://:${s}@i` })],
    ['an address that is refused', (s) => ({ REDIS_URL: `redis:/u:${s}@h` })],
    ['options of an address', (s) => ({ MOLECULER_TRANSPORTER: `redis://h?password=${s}` })],
    ['a transporter', (s) => ({ MOLECULER_TRANSPORTER: `nats://u:${s}@h` })],
    ['a token as user', (s) => ({ MOLECULER_TRANSPORTER: `nats://${s}@h` })],
    [
      'options of a transporter',
      (s) => ({ MOLECULER_TRANSPORTER: JSON.stringify({ type: 'NATS', options: { pass: s } }) }),
    ],
    [
      'a transporter that is refused',
      (s) => ({ MOLECULER_TRANSPORTER: `{"type":"NATS","options":{"pass":"${s}"}` }),
    ],
    [
      'a key where its path should be',
      (s) => ({ REDIS_TLS_KEY_FILE: `-----BEGIN KEY-----\n${s}` }),
    ],
    ['tokens where their path should be', (s) => ({ GATEWAY_TOKENS_FILE: `[{"token":"${s}"}]` })],
    ['the path of a secret', (s) => ({ REDIS_PASSWORD_FILE: s })],
    [
      'a file that is not JSON',
      (s) => ({ CONFIG_FILE: written('c.json', `{"redis":{"password":"${s}}`) }),
    ],
    [
      'a file, under a wrong name',
      (s) => ({ CONFIG_FILE: written('c.json', { redis: { pasword: s } }) }),
    ],
    [
      'a file, of a wrong type',
      (s) => ({ CONFIG_FILE: written('c.json', { redis: { password: [s] } }) }),
    ],
    [
      'a file, in an address',
      (s) => ({ CONFIG_FILE: written('c.json', { redis: { url: `redis://:${s}@h` } }) }),
    ],
  ];

  test.each(places)('in %s', (_, place) => {
    fc.assert(
      fc.property(secret, (text) => {
        const all = told(place(text));
        for (const part of partsOf(text)) expect(all).not.toContain(part);
      }),
      { numRuns: 60 },
    );
  });
});
