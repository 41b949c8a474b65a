import { Redis } from 'ioredis';
import { Latencies, perSecond } from '../measure';
import { RawRows } from '../rawRows';
import type { TablePlan } from './table';

/** As little as a script can do that is no mere read. */
const SCRIPT = "return redis.call('INCR', KEYS[1])";
const STEPS = ['one EVALSHA', 'one SELECT', 'one INSERT'] as const;
const OF = 'ms, 50 of 100 are faster, 1 caller';

/** What a fetch takes, and the three steps that it cannot do without. */
export const latency: TablePlan = {
  name: 'latency',
  families: ['ours', 'raw'],
  async measure(run) {
    const { forMs } = run.settings;
    const ours = await run.ours();
    const redis = new Redis(ours.servers.redis.url);
    const rows = new RawRows(ours.servers.cassandra);
    const sha = String(await redis.script('LOAD', SCRIPT));
    await rows.insert(1);
    const p50 = async (name: string, work: (latencies: Latencies) => Promise<unknown>) => {
      const latencies = new Latencies();
      await run.rest();
      await perSecond(1, forMs, () => work(latencies));
      return latencies.of(name).p50;
    };
    const step = (work: () => Promise<unknown>) => () =>
      p50('step', (latencies) => latencies.time('step', work));
    const measures = {
      'ours: one fetch': async () => {
        const latencies = new Latencies();
        const queue = await ours.newQueue(latencies);
        await run.rest();
        await perSecond(1, forMs, async () => {
          await queue.add();
          await queue.takeAndFinish(0);
        });
        return latencies.of('fetch').p50;
      },
      'one EVALSHA': step(() => redis.evalsha(sha, 1, 'bench:latency')),
      'one SELECT': step(() => rows.select(1)),
      'one INSERT': step(() => rows.insert()),
    };
    for (const warmUp of Object.values(measures)) await warmUp();
    const spreads = await run.inTurn(measures);
    await redis.quit();
    await rows.close();
    const steps = STEPS.reduce((sum, name) => sum + spreads[name].median, 0);
    return {
      title: 'A fetch, and the steps it is made of',
      rows: Object.entries(spreads).map(([name, spread]) => ({
        of: OF,
        name,
        ...spread,
        configuration: name.startsWith('ours')
          ? ours.configuration
          : 'the same servers, called directly',
      })),
      ratios: [
        {
          name: 'p50 of a fetch, 1 caller, to the sum of those of an EVALSHA, a SELECT and an INSERT',
          value: spreads['ours: one fetch'].median / steps,
          must: 1.3,
          try: 1.1,
          atMost: true,
        },
      ],
    };
  },
};
