import { setTimeout as wait } from 'node:timers/promises';
import { HistoryFile } from '../../support/checker/files';
import type { Queue, Task } from './calls';
import { Calls } from './calls';
import type { WorkerOf } from './queues';
import { oneOf, randomOf } from './random';
import { Caller } from './wire';

/** Many producers and workers, who go on through errors; ends when its standard input does. */

export interface ClientOptions {
  readonly number: number;
  readonly seed: number;
  readonly history: string;
  readonly sockets: readonly string[];
  readonly queues: readonly Queue[];
  readonly producers: number;
  readonly workers: readonly WorkerOf[];
  readonly ttrMs: number;
  /** Producers wait while more than so many of their tasks may be unacked. */
  readonly backlogMax: number;
}

/** After the first call that brought nothing, and after many: what asks in vain must not be the load. */
const PAUSE_MIN_MS = 5;
const PAUSE_MAX_MS = 320;
const PROGRESS_MS = 200;
/** Shares of what workers do beside their work. */
const FETCHES_AGAIN = 0.02;
const ACKS_AGAIN = 0.01;
const FORGETS = 0.001;

class BackOff {
  private ms = PAUSE_MIN_MS;

  async wait(random: () => number): Promise<void> {
    await wait(this.ms * (1 + random()));
    this.ms = Math.min(2 * this.ms, PAUSE_MAX_MS);
  }

  over(): void {
    this.ms = PAUSE_MIN_MS;
  }
}

async function main(): Promise<void> {
  const options = JSON.parse(process.argv[2] ?? '') as ClientOptions;
  const { number, queues, ttrMs, backlogMax } = options;
  const random = randomOf(options.seed + number);
  const history = new HistoryFile(options.history);
  const callers = options.sockets.map((socket) => new Caller(socket));
  let turn = number;
  const calls = new Calls(history, () => {
    for (let tries = 0; tries < callers.length; tries++) {
      const caller = callers[turn++ % callers.length];
      if (caller?.isThere === true) return caller;
    }
    return null;
  });
  let isOver = false;
  process.stdin.resume().once('end', () => (isOver = true));
  let last = 0;

  const produce = async (): Promise<void> => {
    const inVain = new BackOff();
    while (!isOver) {
      if (calls.adds - calls.acks > backlogMax) await wait(PAUSE_MIN_MS);
      else if (await calls.add(oneOf(random, queues), number * 1e9 + ++last)) inVain.over();
      else await inVain.wait(random);
    }
  };
  const work = async (queue: Queue, worker: string): Promise<void> => {
    const inVain = new BackOff();
    while (!isOver) {
      const task = await calls.fetch(queue, worker, ttrMs);
      if (task === null || task === 'failed') await inVain.wait(random);
      else {
        inVain.over();
        await finish(queue, worker, task);
      }
    }
  };
  const finish = async (queue: Queue, worker: string, task: Task): Promise<void> => {
    if (random() < FETCHES_AGAIN) {
      await calls.fetch(queue, worker, ttrMs);
      return; // whatever it was given it is given again
    }
    if (random() < FORGETS) await wait(ttrMs + 500);
    const inVain = new BackOff();
    while (!isOver) {
      const acked = await calls.ack(queue, worker, task);
      if (acked === 'failed') await inVain.wait(random);
      else break;
    }
    if (random() < ACKS_AGAIN && !isOver) await calls.ack(queue, worker, task);
  };

  const progress = setInterval(() => {
    process.stdout.write(`${JSON.stringify({ adds: calls.adds, acks: calls.acks })}\n`);
  }, PROGRESS_MS);
  await Promise.all([
    ...Array.from({ length: options.producers }, produce),
    ...options.workers.map(({ queue, worker }) => work(queue, worker)),
  ]);
  clearInterval(progress);
  for (const caller of callers) caller.close();
  await history.close();
  process.exit();
}

void main();
