/** What is wrong with a run, or with its history. */
export const FINDINGS = [
  'empty history',
  'unfinished history',
  'no drain',
  'fault did not fire',
  'fault did not heal',
  'drained late',
  'lost',
  'left unacked',
  'never added',
  'refused, yet delivered',
  'added twice',
  'two tasks at one index',
  'task at two indices',
  'came back after its ack',
  'delivery not in the log',
  'ack not in the log',
  'logged without Added',
  'another task before the end of its lease',
  'two live leases',
  'stale lease accepted',
  'live lease refused',
  'wrong bytes',
  'wrong owner',
  'unexpected answer',
  'projection differs',
] as const;
export type FindingType = (typeof FINDINGS)[number];

export interface Place {
  readonly file: string;
  readonly line: number;
}

export interface Finding {
  readonly type: FindingType;
  /** The task by its value; null: it is of the whole run. */
  readonly task: number | null;
  readonly about: string;
  /** The processes and lines that show it. */
  readonly places: readonly Place[];
}

/** Of each type; beyond, they are only counted, so that a flood of one does not hide another. */
const LISTED_MAX = 20;

export class Findings {
  readonly listed: Finding[] = [];
  readonly counts: Partial<Record<FindingType, number>> = {};

  add(type: FindingType, task: number | null, about: string, places: readonly Place[] = []): void {
    const count = (this.counts[type] ?? 0) + 1;
    this.counts[type] = count;
    if (count <= LISTED_MAX) this.listed.push({ type, task, about, places });
  }
}
