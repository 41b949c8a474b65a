import type { Finding } from './finding';
import { ok, warning } from './finding';

/** A clock that was asked, between two looks at the one of this machine. */
export interface Reading {
  readonly name: string;
  readonly nowMs: number | null;
  readonly askedAtMs: number;
  readonly answeredAtMs: number;
}

const APART_MAX_MS = 1_000;

/** Whether they tell the time of this machine, as far as the time that an answer took lets it be seen. */
export function judgeClocks(readings: readonly Reading[]): Finding[] {
  return readings.flatMap(({ name, nowMs, askedAtMs, answeredAtMs }) => {
    if (nowMs === null) return [];
    const offMs = Math.round(nowMs - (askedAtMs + answeredAtMs) / 2);
    const surelyOffMs = Math.abs(offMs) - (answeredAtMs - askedAtMs) / 2;
    const found = `${name} is ${String(Math.abs(offMs))} ms ${offMs < 0 ? 'behind' : 'ahead of'} this machine`;
    return surelyOffMs > APART_MAX_MS
      ? [
          warning(
            'clocks',
            `${found}: leases are counted by the clock of Redis, events dated by it`,
            'Let NTP set the clocks of all machines (chrony, systemd-timesyncd).',
          ),
        ]
      : [ok('clocks', found)];
  });
}
