import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { freePort } from './freePort';
import { requireProgram } from './program';

const READY_MS = 10_000;

export interface RedisServer {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** As a crash does; then on the same port, without what was in memory. */
  restart(): Promise<void>;
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/** A redis-server of its own on a free port, which keeps nothing on disk. */
export async function startRedis(args: readonly string[] = []): Promise<RedisServer> {
  requireRedisServer();
  const folder = mkdtempSync(join(tmpdir(), 'flow-redis-'));
  const port = await freePort();
  const url = `redis://127.0.0.1:${String(port)}`;
  let running = await launch(folder, port, args);
  const kill = async (): Promise<void> => {
    running.process.ref(); // or nothing holds this process until the exit is heard
    running.process.kill('SIGKILL');
    await running.exited;
  };
  return {
    url,
    port,
    get pid() {
      return running.process.pid ?? 0;
    },
    kill,
    async restart() {
      await kill();
      running = await launch(folder, port, args);
    },
    async stop() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function launch(folder: string, port: number, args: readonly string[]) {
  const process = spawn(
    'redis-server',
    [
      ...['--bind', '127.0.0.1', '--port', String(port), '--dir', folder],
      ...['--save', '', '--appendonly', 'no', ...args],
    ],
    { stdio: 'ignore' },
  );
  const exited = new Promise<void>((resolve) => process.once('exit', () => resolve()));
  process.unref();
  await untilItAnswers(port);
  return { process, exited };
}

async function untilItAnswers(port: number): Promise<void> {
  const client = new Redis(port, '127.0.0.1', { retryStrategy: () => 20 });
  client.on('error', () => undefined);
  const given = AbortSignal.timeout(READY_MS);
  try {
    while (client.status !== 'ready') {
      if (given.aborted) throw new Error(`redis-server does not answer on port ${String(port)}`);
      await wait(10);
    }
  } finally {
    client.disconnect();
  }
}

const requireRedisServer = (): void =>
  requireProgram(
    'redis-server',
    'These tests need Redis 7 or newer: install it (Debian: apt-get install redis-server), or set ' +
      'REDIS_URL to one that may be written to, or SKIP_SERVERS=1 to go without them.',
  );
