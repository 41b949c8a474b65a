/** A run of indices, both ends included. */
export interface IndexRange {
  readonly from: number;
  readonly to: number;
}

/** A set of indices kept as sorted, disjoint ranges: costs what it has runs, not what it has members. */
export class RangeSet {
  private ranges: { from: number; to: number }[];

  constructor(ranges: readonly IndexRange[] = []) {
    this.ranges = [];
    for (const { from, to } of ranges) this.add(from, to);
  }

  add(from: number, to = from): void {
    const first = this.firstEndingAtOrAfter(from - 1);
    let after = first;
    for (let range = this.ranges[after]; range && range.from <= to + 1; range = this.ranges[++after]) {
      from = Math.min(from, range.from);
      to = Math.max(to, range.to);
    }
    this.ranges.splice(first, after - first, { from, to });
  }

  remove(from: number, to = from): void {
    const first = this.firstEndingAtOrAfter(from);
    let after = first;
    const kept: { from: number; to: number }[] = [];
    for (let range = this.ranges[after]; range && range.from <= to; range = this.ranges[++after]) {
      if (range.from < from) kept.push({ from: range.from, to: from - 1 });
      if (range.to > to) kept.push({ from: to + 1, to: range.to });
    }
    this.ranges.splice(first, after - first, ...kept);
  }

  /** The range that holds the index, if any. */
  at(index: number): IndexRange | undefined {
    const range = this.ranges[this.firstEndingAtOrAfter(index)];
    return range && range.from <= index ? range : undefined;
  }

  has(index: number): boolean {
    return this.at(index) !== undefined;
  }

  get first(): number | undefined {
    return this.ranges[0]?.from;
  }

  /** What lies within both ends. */
  within(from: number, to: number): IndexRange[] {
    const found: IndexRange[] = [];
    for (let i = this.firstEndingAtOrAfter(from); i < this.ranges.length; i++) {
      const range = this.ranges[i] as IndexRange;
      if (range.from > to) break;
      found.push({ from: Math.max(range.from, from), to: Math.min(range.to, to) });
    }
    return found;
  }

  toArray(): IndexRange[] {
    return this.ranges.map(({ from, to }) => ({ from, to }));
  }

  private firstEndingAtOrAfter(index: number): number {
    let low = 0;
    let high = this.ranges.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.ranges[middle] as IndexRange).to < index) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

export const countOf = (ranges: readonly IndexRange[]): number =>
  ranges.reduce((sum, { from, to }) => sum + to - from + 1, 0);

/** Sorted indices as the fewest ranges. */
export function toRanges(sorted: readonly number[]): IndexRange[] {
  const ranges: { from: number; to: number }[] = [];
  for (const index of sorted) {
    const last = ranges[ranges.length - 1];
    if (last && index <= last.to + 1) last.to = Math.max(last.to, index);
    else ranges.push({ from: index, to: index });
  }
  return ranges;
}
