import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

const RETRY_MS = 20;
/** Tokens of the locks this process holds: tells them from those of a process before it with its id. */
const held = new Set<string>();

export interface LockOptions {
  /** How long to wait for another process. */
  readonly waitMs: number;
}

/**
 * Runs `work` while no other process does so under the same lock file. The file holds the id of its
 * process; that of a process which is gone is taken over (two that find it gone in the same instant may
 * both get in: locks that die with their process are not to be had without native code).
 * Rejects after `waitMs`, and as `work` does.
 */
export async function withFileLock<T>(
  path: string,
  { waitMs }: LockOptions,
  work: () => Promise<T>,
): Promise<T> {
  const token = `${process.pid} ${randomUUID()}`;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const until = performance.now() + waitMs;
  held.add(token);
  try {
    while (!(await take(path, token))) {
      if (performance.now() >= until) {
        throw new Error(`another process holds ${path}; if none is running, delete that file`);
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
    try {
      return await work();
    } finally {
      await rm(path, { force: true });
    }
  } finally {
    held.delete(token);
  }
}

async function take(path: string, token: string): Promise<boolean> {
  try {
    await writeFile(path, token, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const other = await readFile(path, 'utf8').catch(() => '');
  // Empty: its process is about to write the token.
  if (other !== '' && !isAlive(other)) await rm(path, { force: true });
  return false;
}

function isAlive(token: string): boolean {
  const pid = Number(token.split(' ')[0]);
  if (pid === process.pid) return held.has(token);
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
