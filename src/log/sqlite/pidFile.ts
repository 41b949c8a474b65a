import fs from 'node:fs';

/**
 * Tells people who holds the data folder. It decides nothing: the lock does, and a process that was
 * killed leaves this file behind.
 */
export const writePid = (file: string): void => {
  fs.writeFileSync(file, `${String(process.pid)}\n`, { mode: 0o600 });
};

/** While the lock is still held: afterwards the file may be that of the next process. */
export const removePid = (file: string): void => {
  fs.rmSync(file, { force: true });
};

export function readPid(file: string): number | null {
  try {
    const pid = Number.parseInt(fs.readFileSync(file, 'utf8'), 10);
    return Number.isSafeInteger(pid) ? pid : null;
  } catch {
    return null;
  }
}
