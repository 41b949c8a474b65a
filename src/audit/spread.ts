/** Buckets each 1% wider than the one before: a quantile is right to 1%, whatever was counted. */
const STEP = Math.log(1.01);

/** Mean and quantiles of many durations in little memory. */
export class Spread {
  private readonly buckets = new Map<number, number>();
  private count = 0;
  private sum = 0;

  /** Milliseconds, from 0. */
  add(ms: number): void {
    this.count += 1;
    this.sum += ms;
    const bucket = Math.round(Math.log(ms + 1) / STEP);
    this.buckets.set(bucket, (this.buckets.get(bucket) ?? 0) + 1);
  }

  /** null: nothing was counted. */
  get mean(): number | null {
    return this.count === 0 ? null : Math.round(this.sum / this.count);
  }

  quantile(part: number): number | null {
    const wanted = Math.ceil(part * this.count);
    let counted = 0;
    for (const [bucket, count] of [...this.buckets].sort(([a], [b]) => a - b)) {
      counted += count;
      if (counted >= wanted) return Math.round(Math.exp(bucket * STEP) - 1);
    }
    return null;
  }
}
