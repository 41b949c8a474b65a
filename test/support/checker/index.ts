import { Collected, CONFIRMED, UNKNOWN } from './collected';
import type { Finding, FindingType } from './findings';
import { Findings } from './findings';
import { judgeDeliveries, judgeDrained, judgeWorkers } from './judgeTasks';
import { LogJudge } from './judgeLog';
import type { Source } from './records';

export type { Finding, FindingType } from './findings';
export { FINDINGS } from './findings';
export type * from './records';

export interface Histories {
  /** One of each client, of the nemesis, and of the drain. */
  readonly histories: readonly Source[];
  readonly log: Source;
}

export interface Verdict {
  /** The first twenty of each type; none: the run kept every promise that it tested. */
  readonly findings: readonly Finding[];
  readonly counts: Readonly<Partial<Record<FindingType, number>>>;
  readonly totals: Totals;
}

export interface Totals {
  readonly adds: number;
  readonly addsUnknown: number;
  readonly acks: number;
  readonly acksUnknown: number;
  readonly deliveries: number;
  /** Leases beyond the first of each task. */
  readonly duplicates: number;
  /** How often each kind of fault fired. */
  readonly faults: Readonly<Record<string, number>>;
  readonly tasksInLog: number;
}

/** Judges a run by what its clients were told and by what its log holds in the end. */
export async function check({ histories, log }: Histories): Promise<Verdict> {
  const findings = new Findings();
  const seen = new Collected(findings);
  for (const source of histories) await seen.read(source);
  judgeRun(seen, findings);
  judgeDeliveries(seen, findings);
  judgeDrained(seen, findings);
  const judge = new LogJudge(seen, findings);
  await judge.read(log);
  judge.end();
  judgeWorkers(seen, findings);
  const { listed, counts } = findings;
  return { findings: listed, counts, totals: totalsOf(seen, judge) };
}

/** Whether the run was one that can be judged. */
function judgeRun(seen: Collected, findings: Findings): void {
  if (countOf(seen.adds, CONFIRMED) === 0)
    findings.add('empty history', null, 'no add was confirmed');
  const { drain, windows, planned } = seen;
  if (drain?.redis !== 'flushed' || drain.service !== 'fresh') {
    const about = 'nothing was drained by a fresh service with Redis flushed';
    findings.add('no drain', null, about);
  } else if (drain.end - drain.healed > drain.withinMs * 1000) {
    const ms = Math.round((drain.end - drain.healed) / 1000);
    const about = `${String(ms)} ms after the last fault, in place of ${String(drain.withinMs)}`;
    findings.add('drained late', null, about);
  }
  const fired = new Set<string>();
  for (const [fault, { kind, fired: hasFired, to }] of windows) {
    if (hasFired) fired.add(kind);
    else findings.add('fault did not fire', null, `${kind}, number ${String(fault)}`);
    if (hasFired && to === Infinity)
      findings.add('fault did not heal', null, `${kind}, number ${String(fault)}`);
  }
  for (const kind of planned)
    if (!fired.has(kind)) findings.add('fault did not fire', null, `no ${kind} at all`);
}

function totalsOf(seen: Collected, judge: LogJudge): Totals {
  const faults: Record<string, number> = {};
  for (const { kind, fired } of seen.windows.values())
    if (fired) faults[kind] = (faults[kind] ?? 0) + 1;
  return {
    adds: countOf(seen.adds, CONFIRMED),
    addsUnknown: countOf(seen.adds, UNKNOWN),
    acks: countOf(seen.acks, CONFIRMED),
    acksUnknown: countOf(seen.acks, UNKNOWN),
    deliveries: seen.deliveries.length,
    duplicates: judge.again,
    faults,
    tasksInLog: judge.tasks,
  };
}

function countOf(
  table: { readonly length: number; get(row: number, name: 'outcome'): number },
  outcome: number,
): number {
  let count = 0;
  for (let row = 0; row < table.length; row++) if (table.get(row, 'outcome') === outcome) count++;
  return count;
}
