import type { ClientOptions } from './client.process';
import type { Queue } from './calls';
import type { OwnProcess } from './process';
import { startProcess } from './process';
import type { WorkerOf } from './queues';
import { workersOf } from './queues';
import type { Stage } from './stage';

const CLIENTS = 2;

export interface LoadOptions {
  readonly seed: number;
  readonly queues: readonly Queue[];
  /** Of each client. */
  readonly producers: number;
  readonly workers: number;
  readonly ttrMs: number;
  readonly backlogMax: number;
}

/** Client processes, each with a history of its own. */
export class Clients {
  readonly histories: string[] = [];
  readonly workers: WorkerOf[] = [];
  private readonly processes: OwnProcess[] = [];
  private readonly counts: { adds: number; acks: number }[] = [];
  private hasEnded = false;

  constructor(stage: Stage, { queues, workers, ...options }: LoadOptions) {
    for (let number = 0; number < CLIENTS; number++) {
      const history = `${stage.folder}/client-${String(number)}.jsonl`;
      const mine = workersOf(queues, workers, `w${String(number)}-`);
      this.workers.push(...mine);
      const own: ClientOptions = {
        ...{ ...options, number, history, queues, workers: mine },
        sockets: stage.nodes.map(({ socket }) => socket),
      };
      const process = startProcess('client', own);
      process.onLine(
        (line) => (this.counts[number] = JSON.parse(line) as { adds: number; acks: number }),
      );
      void process.ended.then(() => (this.hasEnded = true));
      this.processes.push(process);
      this.histories.push(history);
    }
  }

  /** Confirmed so far. */
  get adds(): number {
    return this.counts.reduce((sum, { adds }) => sum + adds, 0);
  }
  get acks(): number {
    return this.counts.reduce((sum, { acks }) => sum + acks, 0);
  }
  /** One has ended by itself, as it should not. */
  get isBroken(): boolean {
    return this.hasEnded;
  }

  /** Lets the calls under way end. */
  async stop(): Promise<void> {
    await Promise.all(this.processes.map((process) => process.stop()));
  }

  async kill(): Promise<void> {
    await Promise.all(this.processes.map((process) => process.kill()));
  }
}
