import { readFileSync } from 'node:fs';

/** The kernel counts in hundredths of a second. */
const TICK_US = 10_000;

/** CPU time that a process has used so far, in microseconds, of user and system. */
export function cpuUs(pid: number): number {
  const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
  // After the name, which may hold spaces: field 3 is the first, utime and stime are 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_US;
}
