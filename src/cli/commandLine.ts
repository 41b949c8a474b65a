import { parseArgs } from 'node:util';
import * as E from 'fp-ts/Either';
import type { Config } from '../config';
import { configOf } from '../config';

/** What the command line asks for. */
export type Invocation =
  { readonly type: 'help' } | { readonly type: 'start'; readonly config: Config };

/** Left: what is wrong with the command line and the environment, a line each. */
export function readCommandLine(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): E.Either<readonly string[], Invocation> {
  const parsed = E.tryCatch(() => parseArgs(argsConfig(args)), E.toError);
  if (E.isLeft(parsed)) return E.left([parsed.left.message]);
  const {
    values: { help, ...flags },
    positionals,
  } = parsed.right;
  if (help === true) return E.right({ type: 'help' });
  if (positionals.length !== 1 || positionals[0] !== 'start') {
    return E.left([
      positionals.length === 0 ? 'No command given' : `Unknown command: ${positionals.join(' ')}`,
    ]);
  }
  const config = configOf({ flags, env });
  if (E.isRight(config)) return E.right({ type: 'start', config: config.right });
  return E.left(
    config.left.map(
      ({ setting, given, expected }) =>
        `${setting} must be ${expected}; given was ${JSON.stringify(given)}`,
    ),
  );
}

const argsConfig = (args: readonly string[]) =>
  ({
    args: [...args],
    allowPositionals: true,
    options: {
      port: { type: 'string' },
      'data-dir': { type: 'string' },
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  }) as const;
