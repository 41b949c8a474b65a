import { embeddedRow } from '../embedded';
import type { TablePlan } from './table';
import { ratiosOf } from './table';

const CALLERS = 64;
const OF = `a second, ${String(CALLERS)} callers`;
const PRAGMAS = 'SQLite, WAL, synchronous FULL';

export const embedded: TablePlan = {
  name: 'embedded',
  families: ['ours'],
  async measure(run) {
    const { rounds, forMs } = run.settings;
    const { cycles, rawCommits } = await embeddedRow(CALLERS, rounds, forMs);
    const [ours, raw] = ['ours, embedded: cycles', 'raw SQLite commits of one row'] as const;
    const rows = [
      { of: OF, name: ours, ...cycles, configuration: `${PRAGMAS}; broker.call in process` },
      { of: OF, name: raw, ...rawCommits, configuration: `${PRAGMAS}; one after the other` },
    ];
    const ratios = ratiosOf(rows, OF, [ours, raw], { must: 3, try: 10 });
    return { title: 'The embedded queue', rows, ratios };
  },
};
