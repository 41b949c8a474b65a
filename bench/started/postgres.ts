import { execFile, spawnSync } from 'node:child_process';
import { chownSync, existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../test/support/freePort';
import type { Daemon } from './daemon';
import { INTERRUPT, newFolder, startDaemon } from './daemon';
import { requirePackage } from './debian';

const VERSIONS = '/usr/lib/postgresql';
/** It refuses to run as root; Debian's package makes this user. */
const USER = 'postgres';

export interface Postgres extends Daemon {
  readonly url: string;
  /** As the server says them. */
  readonly settings: Readonly<Record<'server_version' | 'fsync' | 'synchronous_commit', string>>;
}

export async function startPostgres(): Promise<Postgres> {
  requirePackage('postgresql', () => binaries() !== null);
  const bin = binaries()!;
  const folder = newFolder('postgres');
  const data = join(folder, 'data');
  const asUser = process.getuid?.() === 0 ? asPostgres(folder) : [];
  const [program = '', ...args] = [
    ...asUser,
    ...[join(bin, 'initdb'), '-D', data, '-U', USER, '-A', 'trust', '-E', 'UTF8'],
  ];
  const made = spawnSync(program, args, { cwd: folder, encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);

  const port = await freePort();
  const url = `postgres://${USER}@127.0.0.1:${String(port)}/postgres`;
  const settings = { port, listen_addresses: '127.0.0.1', unix_socket_directories: folder };
  const durable = { fsync: 'on', synchronous_commit: 'on' };
  const flags = Object.entries({ ...settings, ...durable }).flatMap(([name, value]) => [
    '-c',
    `${name}=${String(value)}`,
  ]);
  const command = [...asUser, join(bin, 'postgres'), '-D', data, ...flags];
  const said = { server_version: '', fsync: '', synchronous_commit: '' };
  const daemon = await startDaemon(folder, INTERRUPT, command, {}, async () => {
    for (const name of Object.keys(said) as (keyof typeof said)[]) {
      const query = [url, '--no-align', '--tuples-only', '--command', `SHOW ${name}`];
      said[name] = (await promisify(execFile)(join(bin, 'psql'), query)).stdout.trim();
    }
  });
  return { ...daemon, url, settings: said };
}

/** The newest that is there. */
function binaries(): string | null {
  const versions = existsSync(VERSIONS) ? readdirSync(VERSIONS) : [];
  const [newest] = versions
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(VERSIONS, version, 'bin'))
    .filter((folder) => existsSync(join(folder, 'initdb')));
  return newest ?? null;
}

function asPostgres(folder: string): readonly string[] {
  const { stdout } = spawnSync('id', ['-u', USER], { encoding: 'utf8' });
  const uid = Number(stdout);
  chownSync(folder, uid, statSync(folder).gid);
  return ['setpriv', `--reuid=${USER}`, `--regid=${USER}`, '--init-groups'];
}
