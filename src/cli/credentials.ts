import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as E from 'fp-ts/Either';
import * as t from 'io-ts';
import { CommandFailed } from './commandFailed';

/** The owner that embedded mode starts with, so that there is something to try at once. */
const Credentials = t.strict({
  ownerId: t.string,
  /** Of the workers. */
  token: t.string,
  /** Of the operator: may rewind as well. */
  operatorToken: t.string,
});
export type Credentials = t.TypeOf<typeof Credentials>;

/**
 * The demo's owner and tokens; made at the first start and kept in the data folder, readable by its user
 * only. They stand there as they are because they are printed at each start.
 */
export function demoCredentials(dataDir: string): Credentials {
  const file = join(dataDir, 'demo-credentials.json');
  const stored = read(file);
  if (stored !== null) return stored;
  const made: Credentials = {
    ownerId: 'demo',
    token: newToken(),
    operatorToken: newToken(),
  };
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const written = `${file}.new`;
  writeFileSync(written, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600, flush: true });
  renameSync(written, file);
  return made;
}

const newToken = (): string => randomBytes(24).toString('base64url');

function read(file: string): Credentials | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new CommandFailed(`Cannot read ${file}: ${(error as Error).message}`);
  }
  const decoded = E.flatMap(
    E.tryCatch(() => JSON.parse(text) as unknown, E.toError),
    (json) => E.mapLeft(() => new Error('not credentials'))(Credentials.decode(json)),
  );
  if (E.isRight(decoded)) return decoded.right;
  throw new CommandFailed(
    `${file} is damaged. Remove it to get new tokens; the tasks are not touched.`,
  );
}
