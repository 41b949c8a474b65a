import type { ChildProcess } from 'node:child_process';
import { spawn, spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { CassandraAddress } from '../servers/addresses';
import { SERVER_START_MS } from '../servers/addresses';

/** A server of this process alone, which can be frozen and killed. */
export interface OwnCassandraServer extends CassandraAddress {
  /** As a crash: at once and without a word. */
  kill(): Promise<void>;
  /** On the data that is there. */
  start(): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  readonly pid: number;
  stop(): Promise<void>;
}

interface ServerSettings {
  /** Of its own if not given: each server has the same ports. */
  readonly host?: string;
  /** All nodes of its cluster. */
  readonly hosts?: readonly string[];
  /** batch: a confirmed write survives a kill, which it need not on one node by default. */
  readonly commitLog?: 'batch' | 'periodic';
  readonly heap?: string;
  readonly jvmOptions?: string;
  readonly authenticator?: 'AllowAllAuthenticator' | 'PasswordAuthenticator';
  /** Further lines of its configuration. */
  readonly moreYaml?: string;
}

export async function ownCassandraServer(
  settings: ServerSettings = {},
): Promise<OwnCassandraServer> {
  requireProgram('java', ['-version'], 'a Java runtime 17 (Debian: openjdk-17-jre-headless)');
  requireProgram('mvn', ['-v'], 'Maven 3.8 or newer, to fetch the jars (Debian: maven)');
  const dir = mkdtempSync(join(tmpdir(), 'cassandra-'));
  const host = settings.host ?? `${loopbackNet()}.${String(randomInt(2, 255))}`;
  let child = await started(dir, host, settings);
  const end = async (): Promise<void> => {
    signal('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    child.stdin?.destroy();
  };
  const signal = (name: NodeJS.Signals): void => {
    const pid = Number(readFileSync(join(dir, 'pid'), 'utf8'));
    if (child.exitCode === null && child.signalCode === null) process.kill(pid, name);
  };
  return {
    contactPoints: [`${host}:9042`],
    localDataCenter: 'datacenter1',
    kill: end,
    signal,
    get pid() {
      return Number(readFileSync(join(dir, 'pid'), 'utf8'));
    },
    async start() {
      await end();
      child = await started(dir, host, settings);
    },
    async stop() {
      await end();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** The first three numbers of addresses that no other run uses. */
export const loopbackNet = (): string =>
  `127.${String(randomInt(1, 255))}.${String(randomInt(0, 256))}`;

async function started(dir: string, host: string, settings: ServerSettings): Promise<ChildProcess> {
  const { hosts = [host], commitLog = 'periodic', jvmOptions = '' } = settings;
  const { authenticator = 'AllowAllAuthenticator', moreYaml = '' } = settings;
  const { heap = process.env['CASSANDRA_HEAP'] ?? '768M' } = settings;
  const log = join(dir, 'cassandra.log');
  rmSync(log, { force: true });
  // The script ends the server when this pipe closes, so also if this process is killed.
  const child = spawn(
    resolve('test/support/cassandra/cassandra.sh'),
    [dir, host, heap, hosts.join()],
    {
      stdio: ['pipe', 'ignore', 'inherit'],
      env: {
        ...process.env,
        COMMITLOG: commitLog,
        JVM_OPTIONS: jvmOptions,
        AUTHENTICATOR: authenticator,
        MORE_YAML: moreYaml,
      },
    },
  );
  const endMs = performance.now() + SERVER_START_MS;
  for (;;) {
    if (existsSync(log) && readFileSync(log, 'utf8').includes('Startup complete')) return child;
    const isGone = child.exitCode !== null || child.signalCode !== null;
    if (isGone || performance.now() > endMs) {
      child.kill();
      throw new Error(
        `Cassandra did not start:\n${lastLines(log)}${lastLines(join(dir, 'output.log'))}`,
      );
    }
    await wait(100);
  }
}

const lastLines = (file: string): string =>
  existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(-30).join('\n') : '';

function requireProgram(program: string, args: string[], what: string): void {
  if (spawnSync(program, args).error === undefined) return;
  throw new Error(
    `Tests on a real Cassandra need ${what}: install it, name a running cluster in ` +
      'CASSANDRA_CONTACT_POINTS, or leave these tests out with SKIP_SERVERS=1.',
  );
}
