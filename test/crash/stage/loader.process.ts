import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { HistoryFile } from '../../support/checker/files';
import type { Queue, Task } from './calls';
import { Calls } from './calls';
import type { WorkerOf } from './queues';
import { Tally } from './tally';
import type { Answer, Asked } from './wire';
import { Caller } from './wire';

/** Adds as it is told, whatever is answered, while workers fetch and ack; ends with its standard input. */

export interface LoaderOptions {
  readonly history: string;
  readonly socket: string;
  readonly queues: readonly Queue[];
  readonly workers: readonly WorkerOf[];
  readonly ttrMs: number;
}

/** Adds under way at a time, each followed by the next, or so many a second, come what may. */
export type Load = { readonly atOnce: number } | { readonly perSecond: number };

const TICK_MS = 5;
const PAUSE_MS = 250;

class CountingCaller extends Caller {
  constructor(
    path: string,
    private readonly tally: Tally,
  ) {
    super(path);
  }

  override async call(asked: Asked): Promise<Answer> {
    const sent = this.tally.sent(asked.action);
    const answer = await super.call(asked);
    sent.answered('ok' in answer ? 'ok' : answer.error);
    return answer;
  }
}

async function main(): Promise<void> {
  const options = JSON.parse(process.argv[2] ?? '') as LoaderOptions;
  const { queues, ttrMs } = options;
  const history = new HistoryFile(options.history);
  const tally = new Tally();
  const caller = new CountingCaller(options.socket, tally);
  const calls = new Calls(history, () => (caller.isThere ? caller : null));
  let load: Load = { perSecond: 0 };
  let isOver = false;
  let tasks = 0;
  const underWay = new Set<Promise<boolean>>();

  const add = (): Promise<boolean> => {
    const task = ++tasks;
    const adding = calls.add(queues[task % queues.length] as Queue, task);
    underWay.add(adding);
    void adding.then(() => underWay.delete(adding));
    return adding;
  };
  const produceFor = async (mine: Load): Promise<void> => {
    if ('atOnce' in mine) {
      const produce = async (): Promise<void> => {
        while (load === mine) if (!(await add())) await wait(PAUSE_MS);
      };
      await Promise.all(Array.from({ length: mine.atOnce }, produce));
      return;
    }
    const startedAt = performance.now();
    let sent = 0;
    while (load === mine) {
      const due = ((performance.now() - startedAt) / 1000) * mine.perSecond;
      for (; sent < due; sent++) void add();
      await wait(TICK_MS);
    }
  };
  const work = async (queue: Queue, worker: string): Promise<void> => {
    while (!isOver) {
      const task = await calls.fetch(queue, worker, ttrMs);
      if (task === null || task === 'failed') await wait(PAUSE_MS);
      else await finish(queue, worker, task);
    }
  };
  const finish = async (queue: Queue, worker: string, task: Task): Promise<void> => {
    while (!isOver) {
      if ((await calls.ack(queue, worker, task)) !== 'failed') return;
      await wait(PAUSE_MS);
    }
  };

  const report = setInterval(() => {
    const { adds, acks } = calls;
    process.stdout.write(`${JSON.stringify({ adds, acks, ...tally.second() })}\n`);
  }, 1000);
  const working = options.workers.map(({ queue, worker }) => work(queue, worker));
  for await (const line of createInterface({ input: process.stdin })) {
    load = JSON.parse(line) as Load;
    void produceFor(load);
  }
  load = { perSecond: 0 };
  isOver = true;
  await Promise.all([...working, ...underWay]);
  clearInterval(report);
  caller.close();
  await history.close();
  process.exit();
}

void main();
