import type { Paint } from '../paint';
import type { Finding } from './finding';

const COLOURS = { ok: 'green', warning: 'yellow', wrong: 'red' } as const;

/** A line each, and below it what to do. */
export function reportText(findings: readonly Finding[], paint: Paint): string {
  const width = Math.max(...findings.map(({ check }) => check.length));
  return findings
    .map(({ check, status, found, toDo }) => {
      const line = `${paint(COLOURS[status], status.padEnd(7))}  ${check.padEnd(width)}  ${found}\n`;
      return toDo === null ? line : `${line}${' '.repeat(width + 11)}${toDo}\n`;
    })
    .join('');
}
