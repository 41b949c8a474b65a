import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ROOT } from './markdown';

const READY_MS = 50_000;

/** What a user reads off the terminal after `npm start`. */
export interface StartedService {
  readonly url: string;
  readonly token: string;
  readonly operatorToken: string;
  /** The lines that the text says to try, without their indent. */
  readonly curlLines: readonly string[];
  stop(): Promise<void>;
}

/** Starts the command itself, without npm's set-up, on a free port and a folder of its own. */
export async function startService(dataDir: string): Promise<StartedService> {
  const child = spawn(
    process.execPath,
    ['-r', './test/support/swcRegister.cjs', join('src', 'cli', 'main.ts'), 'start'],
    {
      cwd: ROOT,
      env: { ...process.env, PORT: '0', DATA_DIR: dataDir },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const text = await outputUntil(child, /Stop it with Ctrl\+C/, READY_MS);
  const part = (pattern: RegExp): string => {
    const found = pattern.exec(text)?.[1];
    if (found === undefined) throw new Error(`${String(pattern)} is not in:\n${text}`);
    return found;
  };
  return {
    url: part(/(http:\/\/127\.0\.0\.1:\d+)\//),
    token: part(/Bearer (\S+?)'/),
    operatorToken: part(/operator \(rewind\): (\S+)/),
    curlLines: text
      .split('\n')
      .filter((line) => /^ *curl /.test(line))
      .map((line) => line.trim()),
    stop: () => end(child),
  };
}

/** What a child has printed by the time it matches. Rejects with stderr if the child ends before, or is too slow. */
export async function outputUntil(
  child: ChildProcess,
  wanted: RegExp,
  ms: number,
): Promise<string> {
  let stdout = '';
  let stderr = '';
  return new Promise((resolve, reject) => {
    const giveUp = (why: string): void => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      reject(new Error(`${why}\nstdout: ${stdout}\nstderr: ${stderr}`));
    };
    const timer = setTimeout(() => giveUp(`not ready within ${ms} ms`), ms);
    child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.stdout?.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
      if (!wanted.test(stdout)) return;
      clearTimeout(timer);
      resolve(stdout);
    });
    child.once('error', (error) => giveUp(error.message));
    child.once('close', (code, signal) => giveUp(`ended with ${String(code ?? signal)}`));
  });
}

export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  child.kill('SIGTERM');
  await closed;
}
