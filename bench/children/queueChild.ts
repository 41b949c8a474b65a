import type { Servers } from '../../src';
import { CalledQueue } from '../calledQueue';
import { perSecond, perSecondOf } from '../measure';
import { queueBroker } from '../started/serversQueue';

/** A service process with callers in it, which does what its parent asks and ends with it. */

export interface CyclesTask {
  readonly serviceId: string;
  readonly callers: number;
  /** Callers of other processes have other numbers. */
  readonly firstCaller: number;
  readonly amount: { readonly forMs: number } | { readonly times: number };
}

export interface CyclesAnswer {
  readonly perSecond: number;
  readonly rssBytes: number;
}

async function main(): Promise<void> {
  const broker = queueBroker(JSON.parse(process.argv[2] ?? '') as Servers);
  await broker.start();

  const answer = async (task: CyclesTask): Promise<CyclesAnswer> => {
    const queue = new CalledQueue(broker, task.serviceId);
    const cycle = async (caller: number): Promise<void> => {
      await queue.add();
      await queue.takeAndFinish(task.firstCaller + caller);
    };
    const rate =
      'forMs' in task.amount
        ? await perSecond(task.callers, task.amount.forMs, cycle)
        : await perSecondOf(task.amount.times, task.callers, cycle);
    return { perSecond: rate, rssBytes: process.memoryUsage.rss() };
  };
  process.on('message', (task: CyclesTask) => {
    void answer(task).then((figures) => process.send?.(figures));
  });
  process.once('disconnect', () => void broker.stop());
  process.send?.('ready');
}

void main();
