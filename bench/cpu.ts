import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** The kernel counts in hundredths of a second. */
const TICK_US = 10_000;
/** Servers rest when they use less than 5 of 100 of a processor over so long. */
const REST_MS = 300;
const REST_SHARE = 0.05;
const REST_TRIES_MAX = 1_000;

/** CPU time that a process has used so far, in microseconds, of user and system. */
export function cpuUs(pid: number): number {
  const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
  // After the name, which may hold spaces: field 3 is the first, utime and stime are 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_US;
}

/**
 * Until the servers have compacted and compiled what came before: else the work that one measurement
 * leaves behind would be done, and paid for, in the next.
 */
export async function untilAtRest(pids: readonly number[]): Promise<void> {
  for (let tries = 0; tries < REST_TRIES_MAX; tries++) {
    const before = allUs(pids);
    await pause(REST_MS);
    if (allUs(pids) - before < REST_SHARE * REST_MS * 1000) return;
  }
  throw new Error('The servers do not come to rest: something else uses them');
}

const allUs = (pids: readonly number[]): number =>
  pids.reduce((sum, pid) => sum + cpuUs(pid) + allUs(childrenOf(pid)), 0);

const childrenOf = (pid: number): readonly number[] =>
  readFileSync(`/proc/${String(pid)}/task/${String(pid)}/children`, 'utf8')
    .split(' ')
    .filter((text) => text !== '')
    .map(Number);
