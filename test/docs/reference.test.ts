import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { documented as documentedCommands } from '../../src/cli/documented';
import { DEFAULTS } from '../../src/commands/settings';
import { documented } from '../../src/config';
import { VALUE_LIMITS } from '../../src/crypto';
import type { QueueError } from '../../src/domain';
import * as offered from '../../src/index';
import { toMoleculerError } from '../../src/service/errors';
import { ROUTES } from '../../src/service/http/routes';
import { gatewaySettings } from '../../src/service/http/gatewayOptions';
import { scheduleOf } from '../../src/service/jobs';
import { settingsOf } from '../../src/service/options';
import * as operators from '../../src/service/params/operators';
import * as params from '../../src/service/params/params';
import { QueueService } from '../../src/service/queueService';
import { brokenLinks, codeIn, missingPaths, pages, readText, ROOT, tableOf } from './markdown';

/** What the pages say of names, defaults and codes is what the code says. */

const README = readText('README.md');
const OPERATORS = readText('docs/operators.md');
const CONFIGURATION = readText('docs/configuration.md');

describe.each(pages())('%s', (page) => {
  test('has no link that leads nowhere', () => {
    expect(brokenLinks(page)).toEqual([]);
  });

  test('names no file of the project that is not there', () => {
    expect(missingPaths(page)).toEqual([]);
  });
});

test('every decision is listed', () => {
  const listed = readText('docs/README.md');
  const decisions = pages().filter((page) => /^docs\/adr\/(?!0000)/.test(page));
  expect(decisions.length).toBeGreaterThan(8);
  expect(decisions.filter((page) => !listed.includes(`(${page.slice('docs/'.length)})`))).toEqual(
    [],
  );
});

test('the settings of start are all there are, with their defaults', () => {
  const shown = tableOf(README, 'Flag', 'Environment', 'Default').map((cells) =>
    cells.slice(0, 3).map((cell) => codeIn(cell)[0] ?? ''),
  );
  const { General, Embedded } = documented();
  const real = [...General, ...Embedded].map(({ flag, env, byDefault }) => [
    flag,
    env[0],
    byDefault,
  ]);
  expect(shown.sort()).toEqual(
    [...real, ['--config', 'CONFIG_FILE', ''], ['--json', '', 'false']].sort(),
  );
});

test('the commands of the README are all there are', () => {
  const shown = tableOf(README, 'Commands', 'What they do').flatMap(([cell]) => codeIn(cell!));
  const real = documentedCommands().map(({ name }) =>
    name.startsWith('config') ? name : name.split(' ')[0]!,
  );
  expect(shown.sort()).toEqual([...new Set(real)].sort());
});

test('the checks of doctor are those of its page', () => {
  const shown = tableOf(readText('docs/cli.md'), 'Check', 'Wrong').flatMap(([cell]) =>
    codeIn(cell!),
  );
  const folder = 'src/cli/doctor';
  const code = readdirSync(join(ROOT, folder))
    .map((file) => readText(`${folder}/${file}`))
    .join('');
  const real = [
    ...code.matchAll(/'((?:cassandra|redis|data)(?:\.\w+)?|versions|keys|clocks|transporter)'/g),
  ];
  const names = real.map(([, name]) => name!).filter((name) => name !== 'redis.url');
  expect(shown.sort()).toEqual([...new Set(names)].sort());
});

const actionsOf = (page: string) =>
  Object.fromEntries(
    tableOf(page, 'Action', 'Parameters').map((cells) => [
      codeIn(cells[0]!)[0]!.replace('worker.queue.', ''),
      codeIn(cells[1]!).map((name) => name.replace('?', '')),
    ]),
  ) as Record<string, string[]>;

test('the actions have the parameters that stand in their table', () => {
  expect(actionsOf(README)).toEqual({
    add: params.AddParams.names,
    fetch: params.FetchParams.names,
    ack: params.AckParams.names,
    info: params.InfoParams.names,
    rewind: params.RewindParams.names,
  });
});

test('the actions of operators have the parameters that stand in their table', () => {
  expect(actionsOf(OPERATORS)).toEqual({
    'audit.replay': operators.ReplayParams.names,
    'audit.explain': operators.ExplainParams.names,
    'audit.state': operators.StateParams.names,
    'audit.whatIf': operators.WhatIfParams.names,
    'audit.verify': operators.QueueParams.names,
    'projection.verify': operators.VerifyProjectionParams.names,
    'projection.rebuild': operators.QueueParams.names,
  });
});

test('these are all actions there are', () => {
  const { actions } = QueueService() as { actions: object };
  const shown = { ...actionsOf(README), ...actionsOf(OPERATORS), health: [] };
  expect(Object.keys(actions).sort()).toEqual(Object.keys(shown).sort());
});

test('the requests are those of the gateway', () => {
  const shown = [README, OPERATORS].flatMap((page) =>
    tableOf(page, 'Request').flatMap((cells) => codeIn(cells[0]!)),
  );
  const real = ROUTES.flatMap(({ methods, path }) => methods.map((method) => `${method} ${path}`));
  expect(shown.sort()).toEqual(real.sort());
});

test('the errors are all that can be told, with their codes', () => {
  const shown = tableOf(README, 'Type', 'Code', 'Retryable').map(([type, code, retryable]) => [
    codeIn(type!)[0],
    Number(code),
    retryable,
  ]);
  // CallFailed is what a client says where the service told nothing.
  const real = Object.values<unknown>({ ...offered, QueueError: null, CallFailed: null })
    .filter(isErrorClass)
    .map((errorClass) => {
      const error = toMoleculerError(new errorClass('x'), {
        warn: () => undefined,
        error: () => undefined,
      });
      return [error.type, error.code, error.retryable ? 'yes' : 'no'];
    });
  expect(shown.sort()).toEqual(real.sort());
});

describe('the options', () => {
  const defaultsOf = (first: string): [string, string][] =>
    tableOf(CONFIGURATION, first, 'Default').map(([name, value]) => [
      codeIn(name!)[0]!,
      (codeIn(value!)[0] ?? value!).replaceAll("'", ''),
    ]);

  test('the limits', () => {
    const { bytesMax, depthMax } = VALUE_LIMITS;
    const real = { ...DEFAULTS, valueBytesMax: bytesMax, depthMax };
    expect(Object.fromEntries(defaultsOf('Limit'))).toEqual(inWords(real));
  });

  test('the jobs', () => {
    expect(Object.fromEntries(defaultsOf('Job'))).toEqual(scheduleOf({}));
  });

  const optionTables = CONFIGURATION.split(/^## /m).filter((part) => part.includes('| Option'));

  test('those of QueueService', () => {
    const shown = tableOf(optionTables[0]!, 'Option').map(([name]) => codeIn(name!)[0]!);
    for (const name of shown) {
      const [option, inner] = name.split('.');
      const given = inner === undefined ? undefined : { [inner]: undefined };
      expect(() => settingsOf({ [option!]: given })).not.toThrow();
    }
    const top = new Set(shown.map((name) => name.split('.')[0]));
    expect([...top].sort()).toEqual(namesRefusedFor(() => settingsOf({ '?': 1 } as object)).sort());
  });

  test('those of Gateway, with their defaults', () => {
    const rows = tableOf(optionTables[1]!, 'Option', 'Default');
    const shown = rows.map(([name]) => codeIn(name!)[0]!);
    const real = namesRefusedFor(() => gatewaySettings({ '?': 1 } as object));
    expect(shown.sort()).toEqual(real.sort());
    const settings = inWords({ ...gatewaySettings({ authenticate: () => null }) });
    for (const [name, value] of rows) {
      const text = (codeIn(value!)[0] ?? value!).replaceAll("'", '');
      if (text !== '') expect([name, text]).toEqual([name, settings[codeIn(name!)[0]!]]);
    }
  });
});

const isErrorClass = (value: unknown): value is new (message: string) => QueueError =>
  typeof value === 'function' && value.prototype instanceof Error;

/** Numbers with a comma at each thousand, as the pages have them. */
const inWords = (values: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      typeof value === 'number' && name !== 'port' ? value.toLocaleString('en') : String(value),
    ]),
  );

/** The names that a refusal of an unknown one lists. */
function namesRefusedFor(work: () => unknown): string[] {
  try {
    work();
  } catch (error) {
    const { data } = error as QueueError;
    return String(data['expected']).replace('one of ', '').split(', ');
  }
  throw new Error('an unknown name was taken');
}
