import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { codeIn, readText, runnableBlocks, tableOf } from './markdown';
import { compile, projectWithPackage, statedOutput } from './package';
import { answersOf, pathWithCurl, statedAnswers } from './shell';
import type { StartedService } from './startedService';
import { end, outputUntil, startService } from './startedService';

/** The README's own examples, run as they stand. */

const README = readText('README.md');
const URL_SHOWN = 'http://127.0.0.1:3000';

let temp: string;

beforeAll(() => {
  temp = mkdtempSync(join(tmpdir(), 'readme-'));
});

afterAll(() => rmSync(temp, { recursive: true, force: true }));

describe('the examples for a shell', () => {
  const blocks = runnableBlocks(README, 'sh').map(({ code }) => code);
  let service: StartedService;

  beforeAll(async () => {
    service = await startService(join(temp, 'data'));
  }, 60_000);

  afterAll(() => service.stop());

  /** The README's words with the values of the service that runs. */
  const withRealValues = (code: string): string =>
    code
      .replaceAll(URL_SHOWN, service.url)
      .replaceAll('Bearer TOKEN', `Bearer ${service.token}`)
      .replaceAll('Bearer OPERATOR', `Bearer ${service.operatorToken}`);

  test('there are two of them', () => {
    expect(blocks).toHaveLength(2);
  });

  test('the lines to try are those that the command prints', () => {
    const shown = withRealValues(blocks[0]!).split('\n');
    expect(shown.filter((line) => line.startsWith('curl '))).toEqual(service.curlLines);
  });

  // In their order: the second goes on where the first has ended.
  test.each(blocks.map((code, i) => [i + 1, code] as const))(
    'block %d answers what it says',
    async (_, code) => {
      const stated = statedAnswers(code);
      expect(stated.length).toBeGreaterThan(2);
      const answers = await answersOf(withRealValues(code), pathWithCurl(temp));
      expect(timeless(answers.filter((line) => line !== ''))).toEqual(timeless(stated));
    },
  );
});

describe('the examples for a library', () => {
  beforeAll(() => projectWithPackage(temp), 120_000);

  test.each([
    ['the actions', 0],
    ['client and worker', 1],
  ])(
    'the TypeScript one of %s compiles and prints what it says',
    async (_, at) => {
      const blocks = runnableBlocks(README, 'ts');
      expect(blocks).toHaveLength(2);
      const block = blocks[at];
      const stated = statedOutput(block!.code);
      expect(stated.length).toBeGreaterThan(2);
      const script = await compile(temp, block!.code);
      const { stdout } = await promisify(execFile)(process.execPath, [script], {
        cwd: mkdtempSync(join(temp, 'ts-')),
        timeout: 60_000,
      });
      expect(stdout.trimEnd().split('\n')).toEqual(stated);
    },
    120_000,
  );

  test('the CommonJS one listens and knows its token', async () => {
    const [block, ...others] = runnableBlocks(README, 'js');
    expect(others).toEqual([]);
    expect(statedOutput(block!.code)).toEqual([URL_SHOWN]);
    const script = join(temp, 'example.cjs');
    writeFileSync(script, block!.code.replace('port: 3000', 'port: 0'));
    const child = spawn(process.execPath, [script], {
      cwd: mkdtempSync(join(temp, 'cjs-')),
      env: { ...process.env, QUEUE_TOKEN: 'a-token-of-this-test' },
    });
    try {
      const [url] = (await outputUntil(child, /\n/, 30_000)).split('\n');
      expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
      const info = `${url!}/api/queue/mailer/info`;
      const headers = { authorization: 'Bearer a-token-of-this-test' };
      expect((await fetch(info, { headers })).status).toBe(200);
      expect((await fetch(info)).status).toBe(401);
    } finally {
      await end(child);
    }
  }, 60_000);
});

test('each example says what it prints', () => {
  const all = [...README.matchAll(/^<!-- runnable -->$/gm)].length;
  const known = ['sh', 'ts', 'js'].flatMap((language) => runnableBlocks(README, language));
  expect(known).toHaveLength(all);
  expect(all).toBeGreaterThan(0);
});

test('the first screen begins with the two commands', () => {
  const [title, , fence, start, test] = README.split('\n');
  expect([title, fence]).toEqual(['# imicros-flow-worker', '```sh']);
  expect([start, test]).toEqual([
    expect.stringMatching(/^npm start\b/),
    expect.stringMatching(/^npm test\b/),
  ]);
  const { scripts } = JSON.parse(readText('package.json')) as { scripts: Record<string, string> };
  const named = [...README.matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name!);
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(['start', 'test', ...named]));
});

test('a table that is not there is noticed', () => {
  expect(() => tableOf(README, 'No such column')).toThrow('No such column');
  expect(codeIn('`a`, `b?`')).toEqual(['a', 'b?']);
});

/** Times are those of the day the README was written. */
const timeless = (lines: readonly string[]): string[] =>
  lines.map((line) =>
    line
      .replace(/\b1[6-9]\d{11}\b/g, '<milliseconds since 1970>')
      .replace(/\b20\d\d-\d\d-\d\dT[\d:.]+Z/g, '<time>'),
  );
