/** A run of indices, both ends included. */
export interface IndexRange {
  readonly from: number;
  readonly to: number;
}

interface Run {
  from: number;
  to: number;
}

/**
 * Runs in one block. A sorted list is cheap to search and dear to insert into, so it is cut into blocks
 * that are cheap to shift: taking the first of 100,000 runs costs 1 us with blocks and 400 us without.
 */
const BLOCK_MAX = 256;

/** A set of indices kept as sorted, disjoint runs: costs what it has runs, not what it has members. */
export class RangeSet {
  /** Runs in order; neighbours never touch, no block is empty. */
  private readonly blocks: Run[][] = [];
  private members = 0;

  constructor(ranges: readonly IndexRange[] = []) {
    for (const { from, to } of ranges) this.add(from, to);
  }

  add(from: number, to = from): void {
    const left = this.find(from - 1);
    const right = this.find(to + 1);
    if (left && left === right) return;
    this.remove(from, to); // what of left and right lies within is cut off
    this.members += to - from + 1;
    if (left && right) {
      const { from: start, to: end } = right;
      this.remove(start, end);
      this.members += end - start + 1;
      left.to = end;
    } else if (left) left.to = to;
    else if (right) right.from = from;
    else this.insert({ from, to });
  }

  remove(from: number, to = from): void {
    let b = this.blockEndingAtOrAfter(from);
    for (let block = this.blocks[b]; block; block = this.blocks[b]) {
      let first = runEndingAtOrAfter(block, from);
      const run = block[first] as Run;
      if (run.from > to) return;
      if (run.from < from) {
        const end = run.to;
        this.members -= Math.min(end, to) - from + 1;
        run.to = from - 1;
        if (end > to) {
          this.insert({ from: to + 1, to: end });
          return;
        }
        first += 1;
      }
      let after = first;
      for (let whole = block[after]; whole && whole.to <= to; whole = block[++after]) {
        this.members -= whole.to - whole.from + 1;
      }
      const cut = block[after];
      if (cut && cut.from <= to) {
        this.members -= to - cut.from + 1;
        cut.from = to + 1;
      }
      if (after > first) block.splice(first, after - first);
      if (cut) return;
      if (block.length === 0) this.blocks.splice(b, 1);
      else b += 1;
    }
  }

  /** The range that holds the index, if any. */
  at(index: number): IndexRange | undefined {
    const run = this.find(index);
    return run && { from: run.from, to: run.to };
  }

  has(index: number): boolean {
    return this.find(index) !== undefined;
  }

  get first(): number | undefined {
    return this.blocks[0]?.[0]?.from;
  }

  /** How many indices are in the set. */
  get size(): number {
    return this.members;
  }

  /** What lies within both ends. */
  within(from: number, to: number): IndexRange[] {
    const found: IndexRange[] = [];
    for (let b = this.blockEndingAtOrAfter(from); b < this.blocks.length; b++) {
      const block = this.blocks[b] as Run[];
      for (let i = runEndingAtOrAfter(block, from); i < block.length; i++) {
        const run = block[i] as Run;
        if (run.from > to) return found;
        found.push({ from: Math.max(run.from, from), to: Math.min(run.to, to) });
      }
    }
    return found;
  }

  toArray(): IndexRange[] {
    return this.blocks.flatMap((block) => block.map(({ from, to }) => ({ from, to })));
  }

  private find(index: number): Run | undefined {
    const block = this.blocks[this.blockEndingAtOrAfter(index)];
    const run = block?.[runEndingAtOrAfter(block, index)];
    return run && run.from <= index ? run : undefined;
  }

  /** Of a run that touches no other. */
  private insert(run: Run): void {
    let b = this.blockEndingAtOrAfter(run.from);
    if (b === this.blocks.length) {
      if (b === 0) this.blocks.push([]);
      else b -= 1;
    }
    const block = this.blocks[b] as Run[];
    block.splice(runEndingAtOrAfter(block, run.from), 0, run);
    if (block.length > BLOCK_MAX) this.blocks.splice(b + 1, 0, block.splice(BLOCK_MAX / 2));
  }

  private blockEndingAtOrAfter(index: number): number {
    let low = 0;
    let high = this.blocks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const block = this.blocks[middle] as Run[];
      if ((block[block.length - 1] as Run).to < index) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function runEndingAtOrAfter(block: readonly Run[], index: number): number {
  let low = 0;
  let high = block.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((block[middle] as Run).to < index) low = middle + 1;
    else high = middle;
  }
  return low;
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
