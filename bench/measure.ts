import { performance } from 'node:perf_hooks';

/** Runs `work` by `callers` at once for about `forMs`, and answers how often a second it was done. */
export async function perSecond(
  callers: number,
  forMs: number,
  work: (caller: number) => Promise<unknown>,
): Promise<number> {
  const startedAt = performance.now();
  const until = startedAt + forMs;
  let done = 0;
  const call = async (caller: number): Promise<void> => {
    while (performance.now() < until) {
      await work(caller);
      done++;
    }
  };
  await Promise.all(Array.from({ length: callers }, (_, caller) => call(caller)));
  return done / ((performance.now() - startedAt) / 1000);
}

/** Does `work` `times` times, by `callers` at once, and answers how often a second it was done. */
export async function perSecondOf(
  times: number,
  callers: number,
  work: (caller: number) => Promise<unknown>,
): Promise<number> {
  const startedAt = performance.now();
  let started = 0;
  const call = async (caller: number): Promise<void> => {
    while (started++ < times) await work(caller);
  };
  await Promise.all(Array.from({ length: callers }, (_, caller) => call(caller)));
  return times / ((performance.now() - startedAt) / 1000);
}

export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (part: number): number => sorted[Math.round((sorted.length - 1) * part)] ?? NaN;
  return { min: at(0), median: at(0.5), max: at(1) };
}

/** Each measurement once in a round, one after the other: what slows the machine down slows all of them. */
export async function inTurn<Name extends string>(
  rounds: number,
  measure: Readonly<Record<Name, () => Promise<number>>>,
): Promise<Readonly<Record<Name, Spread>>> {
  const names = Object.keys(measure) as Name[];
  const values = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, all] of values) all.push(await measure[name]());
  }
  const spreads = names.map((name) => [name, spreadOf(values.get(name) ?? [])]);
  return Object.fromEntries(spreads) as Record<Name, Spread>;
}

/** How long calls took, by what they did. */
export class Latencies {
  private readonly taken = new Map<string, number[]>();

  async time<A>(name: string, call: () => Promise<A>): Promise<A> {
    const startedAt = performance.now();
    const answer = await call();
    const all = this.taken.get(name) ?? [];
    all.push(performance.now() - startedAt);
    this.taken.set(name, all);
    return answer;
  }

  of(name: string): { readonly p50: number; readonly p99: number } {
    const sorted = [...(this.taken.get(name) ?? [])].sort((a, b) => a - b);
    const at = (part: number): number => sorted[Math.floor((sorted.length - 1) * part)] ?? NaN;
    return { p50: at(0.5), p99: at(0.99) };
  }
}
