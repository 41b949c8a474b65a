import type { FaultKind } from './faults';
import { FaultCounts } from './faults';
import { seededHistory } from './seeded';
import { shrink, story } from './shrink';

/** What one process of a run tells the one that started it (tools/simulate.mjs). */
export interface Report {
  readonly histories: number;
  readonly steps: number;
  readonly faults: readonly (readonly [FaultKind, number])[];
  readonly violation?: { readonly history: number; readonly text: string };
}

const REPORT_EVERY_MS = 500;

/** Histories `from`, `from + step`, ... below `to`; stops at the first that breaks a promise. */
async function simulate(seed: number, from: number, to: number, step: number): Promise<void> {
  let since = performance.now();
  let counts = new FaultCounts();
  let histories = 0;
  let steps = 0;
  const report = (violation?: Report['violation']): void => {
    const faults = [...counts.counts];
    process.send?.({ histories, steps, faults, ...(violation ? { violation } : {}) });
    since = performance.now();
    counts = new FaultCounts();
    histories = steps = 0;
  };
  for (let n = from; n < to; n += step) {
    const outcome = await seededHistory(seed, n);
    histories++;
    steps += outcome.steps;
    counts.add(outcome.faults);
    if (outcome.violation !== null) {
      const { setting, moves, violation } = outcome;
      const { lines, violation: broken } = await story(
        await shrink({ setting, moves }, violation, {}),
        {},
      );
      const text = [JSON.stringify(setting), ...lines, broken ?? violation].join('\n');
      report({ history: n, text });
      return;
    }
    if (performance.now() - since > REPORT_EVERY_MS) {
      report();
      await new Promise((resolve) => setImmediate(resolve)); // lets the report go out
    }
  }
  report();
}

const [seed = 0, from = 0, to = 0, step = 1] = process.argv.slice(2).map(Number);
simulate(seed, from, to, step).then(
  () => process.disconnect(),
  (error: unknown) => {
    console.error(error);
    process.exit(2);
  },
);
