/** What the calls of one kind took. */
export class Timed {
  private readonly tookMs: number[] = [];

  async call<A>(work: () => Promise<A>): Promise<A> {
    const sinceMs = performance.now();
    const answer = await work();
    this.tookMs.push(performance.now() - sinceMs);
    return answer;
  }

  /** In milliseconds; the first is the half, the second all but a hundredth. */
  percentiles(): { readonly p50Ms: number; readonly p99Ms: number } {
    const sorted = this.tookMs.toSorted((a, b) => a - b);
    const at = (part: number): number =>
      rounded(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0);
    return { p50Ms: at(0.5), p99Ms: at(0.99) };
  }
}

export const rounded = (number: number): number => Math.round(number * 100) / 100;
