import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const START_MS = 120_000;

export interface Daemon {
  readonly pid: number;
  stop(): Promise<void>;
}

/** Runs "$@" in a group of its own, and ends it with standard input: so also if who started it is killed. */
const GUARD = `
exec 3<&0
end=$1; shift
"$@" < /dev/null 3<&- &
pid=$!
(cat <&3 > /dev/null; eval "$end") &
exec 3<&-
wait "$pid"`;

/** How it ends: $pid is the process, 0 its group. */
export const INTERRUPT = 'kill -INT "$pid"';
export const KILL_ALL = 'kill -KILL 0';

export const newFolder = (name: string): string => mkdtempSync(join(tmpdir(), `bench-${name}-`));

/** A server that keeps all it has in `folder`, which goes with it; resolves when `answers` does. */
export async function startDaemon(
  folder: string,
  end: string,
  command: readonly string[],
  env: Readonly<Record<string, string>>,
  answers: () => Promise<unknown>,
): Promise<Daemon> {
  const output = join(folder, 'output.log');
  const file = openSync(output, 'w');
  const child = spawn('sh', ['-c', GUARD, 'guard', end, ...command], {
    cwd: folder,
    detached: true,
    env: { ...process.env, ...env },
    stdio: ['pipe', file, file],
  });
  closeSync(file);
  const exited = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.stdin?.end();
    await exited;
    rmSync(folder, { recursive: true, force: true });
  };
  const until = performance.now() + START_MS;
  for (;;) {
    const problem = await answers().then(
      () => null,
      (error: unknown) => String(error),
    );
    if (problem === null) return { pid: child.pid ?? 0, stop };
    if (child.exitCode !== null || child.signalCode !== null || performance.now() > until) {
      const said = readFileSync(output, 'utf8').slice(-2_000);
      await stop();
      throw new Error(`${command.join(' ')} did not start: ${problem}\n${said}`);
    }
    await pause(200);
  }
}
