import { perSecond } from '../measure';
import type { BenchQueue } from '../benchQueue';
import { loadQueue } from '../started/loadQueue';
import type { Child } from '../started/child';
import { startChild } from '../started/child';
import type { CyclesAnswer, CyclesTask } from '../children/queueChild';
import type { ServersQueue } from '../started/serversQueue';
import { cycle, type Run } from './run';
import type { Goal, Row, TablePlan } from './table';
import { ratiosOf } from './table';

const CALLERS = 64;
const OF = `cycles/s, ${String(CALLERS)} callers`;
const LEASED = 1_000;

const ofQueue = (run: Run, queue: BenchQueue): Promise<number> =>
  perSecond(CALLERS, run.settings.forMs, (caller) => cycle(queue, caller));

/** Our queue beside itself, when it has got long. */
export const loads: TablePlan = {
  name: 'loads',
  families: ['ours'],
  async measure(run) {
    const many = run.settings.quick ? 20_000 : 1_000_000;
    const ours = await run.ours();
    const none = { acked: 0, waiting: 0, leased: 0 };
    const shapes = {
      [`${String(many)} waiting`]: { ...none, waiting: many },
      [`${String(LEASED)} leased workers`]: { ...none, leased: LEASED },
      [`after ${String(many)} acked`]: { ...none, acked: many },
    };
    const measures: Record<string, () => Promise<number>> = {
      'fresh queue': async () => {
        const queue = await ours.newQueue();
        await run.rest();
        return ofQueue(run, queue);
      },
    };
    for (const [name, shape] of Object.entries(shapes)) {
      const queue = await loadQueue(ours, name.replaceAll(' ', '-'), shape);
      measures[name] = async () => {
        await run.rest();
        return ofQueue(run, queue);
      };
    }
    await warmUp(run, ours);
    const goal = { must: 0.9, try: 0.97 };
    const all = Object.keys(shapes).map((name) => ({ name, to: 'fresh queue', goal }));
    return compared(run, 'A long queue and a fresh one', ours.configuration, measures, all);
  },
};

/** Many queues, and one with as many callers. */
export const queues: TablePlan = {
  name: 'queues',
  families: ['ours'],
  async measure(run) {
    const ours = await run.ours();
    const oneQueue = 'one queue with 64 workers';
    const manyQueues = '64 queues with one worker each';
    await warmUp(run, ours);
    return compared(
      run,
      'Many queues and one',
      ours.configuration,
      {
        [oneQueue]: async () => {
          const queue = await ours.newQueue();
          await run.rest();
          return ofQueue(run, queue);
        },
        [manyQueues]: async () => {
          const each: BenchQueue[] = [];
          while (each.length < CALLERS) each.push(await ours.newQueue());
          await run.rest();
          return perSecond(CALLERS, run.settings.forMs, (caller) => cycle(each[caller]!, caller));
        },
      },
      [{ name: manyQueues, to: oneQueue, goal: { must: 0.5, try: 0.8 } }],
    );
  },
};

/** Two service processes on one queue, and one with as many callers. */
export const processes: TablePlan = {
  name: 'processes',
  families: ['ours'],
  async measure(run) {
    const ours = await run.ours();
    const children = await Promise.all([serviceProcess(ours), serviceProcess(ours)]);
    let asked = 0;
    const together = async (
      of: readonly Child<CyclesTask, CyclesAnswer>[],
      forMs = run.settings.forMs,
    ): Promise<number> => {
      const serviceId = `processes-${String(++asked)}`;
      const callers = CALLERS / of.length;
      const amount = { forMs };
      await ours.named(serviceId).add();
      await run.rest();
      const answers = await Promise.all(
        of.map((child, i) => child.ask({ serviceId, callers, firstCaller: i * callers, amount })),
      );
      return answers.reduce((sum, answer) => sum + answer.perSecond, 0);
    };
    const one = 'one service process with 64 callers';
    const two = 'two service processes with 32 callers each';
    const measures = {
      [one]: () => together(children.slice(0, 1)),
      [two]: () => together(children),
    };
    try {
      await run.warmUp((forMs) => together(children, forMs));
      return await compared(run, 'Two service processes and one', ours.configuration, measures, [
        { name: two, to: one, goal: { must: 0.7, try: 0.9 } },
      ]);
    } finally {
      for (const child of children) await child.stop();
    }
  },
};

export async function serviceProcess(ours: ServersQueue): Promise<Child<CyclesTask, CyclesAnswer>> {
  const script = require.resolve('../children/queueChild');
  return (await startChild<CyclesTask, CyclesAnswer>(script, ours.servers)).child;
}

async function warmUp(run: Run, ours: ServersQueue): Promise<void> {
  const queue = await ours.newQueue();
  await run.warmUp((forMs) => perSecond(CALLERS, forMs, (caller) => cycle(queue, caller)));
}

async function compared(
  run: Run,
  title: string,
  configuration: string,
  measures: Readonly<Record<string, () => Promise<number>>>,
  ratios: readonly { readonly name: string; readonly to: string; readonly goal: Goal }[],
) {
  const spreads = await run.inTurn(measures);
  const rows = Object.entries(spreads).map(([name, spread]): Row => ({
    of: OF,
    name,
    ...spread,
    configuration,
  }));
  return {
    title,
    rows,
    ratios: ratios.flatMap(({ name, to, goal }) => ratiosOf(rows, OF, [name, to], goal)),
  };
}
