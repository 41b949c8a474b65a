import type { IndexRange, PendingRange } from '../../domain';

interface Run {
  from: number;
  to: number;
  readonly since: number;
}

/**
 * Reserved indices and since when they are: ascending runs, each of one time. A rebuild leaves the rest
 * of a segment pending, thousands of indices that cost one run. Indices are reserved in order, so the
 * order of the runs is the order of age.
 */
export class PendingRanges {
  private readonly runs: Run[] = [];
  private members = 0;

  constructor(ranges: readonly PendingRange[] = []) {
    for (const { from, to, since } of ranges) this.append(from, to, since);
  }

  get size(): number {
    return this.members;
  }

  /** Above all that is in here. */
  append(from: number, to: number, since: number): void {
    const last = this.runs.at(-1);
    if (last && last.to + 1 === from && last.since === since) last.to = to;
    else this.runs.push({ from, to, since });
    this.members += to - from + 1;
  }

  has(index: number): boolean {
    return (this.runs[this.endingAtOrAfter(index)]?.from ?? Infinity) <= index;
  }

  /** What of the range is pending. */
  within(from: number, to: number): IndexRange[] {
    const found: IndexRange[] = [];
    let at = this.endingAtOrAfter(from);
    for (let run = this.runs[at]; run && run.from <= to; run = this.runs[++at]) {
      found.push({ from: Math.max(run.from, from), to: Math.min(run.to, to) });
    }
    return found;
  }

  /** True: it was pending. */
  remove(index: number): boolean {
    if (!this.has(index)) return false;
    this.removeRun(index, index);
    return true;
  }

  /** Removes what lies within one run. */
  removeRun(first: number, last: number): void {
    const at = this.endingAtOrAfter(first);
    const { from, to, since } = this.runs[at] as Run;
    const below = first > from ? [{ from, to: first - 1, since }] : [];
    const above = last < to ? [{ from: last + 1, to, since }] : [];
    this.runs.splice(at, 1, ...below, ...above);
    this.members -= last - first + 1;
  }

  /** The oldest that are pending since `until` or longer, `max` indices at the most. */
  since(until: number, max: number): IndexRange[] {
    const found: { from: number; to: number }[] = [];
    let left = max;
    for (const { from, to, since } of this.runs) {
      if (left <= 0 || since > until) break;
      const end = Math.min(to, from + left - 1);
      const last = found.at(-1);
      if (last?.to === from - 1) last.to = end;
      else found.push({ from, to: end });
      left -= end - from + 1;
    }
    return found;
  }

  toArray(): PendingRange[] {
    return this.runs.map((run) => ({ ...run }));
  }

  private endingAtOrAfter(index: number): number {
    let low = 0;
    let high = this.runs.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.runs[middle] as Run).to < index) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
