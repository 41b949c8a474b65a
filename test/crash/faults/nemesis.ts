import { setTimeout as wait } from 'node:timers/promises';
import { HistoryFile } from '../../support/checker/files';
import { oneOf } from '../stage/random';
import type { Stage } from '../stage/stage';

/** What a fault is given. */
export interface Strike {
  readonly stage: Stage;
  readonly random: () => number;
  /** Of what clients lease, longer than which a pause has to be. */
  readonly ttrMs: number;
  /** It was seen to have happened. */
  fired(): void;
}
/** Does it, and resolves when its cause is gone. */
export type Fault = (strike: Strike) => Promise<void>;

/** A rebuild that a fault brings about comes after it, and waits out the epoch lease. */
const AFTERMATH_MS = 10_000;

export interface NemesisOptions {
  readonly stage: Stage;
  readonly random: () => number;
  readonly faults: Readonly<Record<string, Fault>>;
  readonly ttrMs: number;
  readonly pauseMs: number;
}

/** Lets one fault follow another, and writes down what it did. */
export class Nemesis {
  readonly fired: Record<string, number> = {};
  private readonly history: HistoryFile;
  private last = 0;
  private waiting: string[] = [];

  constructor(private readonly options: NemesisOptions) {
    this.history = new HistoryFile(`${options.stage.folder}/nemesis.jsonl`);
    this.history.write({ op: 'plan', kinds: Object.keys(options.faults) });
  }

  /** Each kind has had its turn. */
  get hasTriedAll(): boolean {
    return this.last >= Object.keys(this.options.faults).length;
  }

  get historyPath(): string {
    return this.history.path;
  }

  /** Each kind comes once before one comes again. */
  async strike(): Promise<void> {
    const { faults, random, pauseMs, stage, ttrMs } = this.options;
    if (this.waiting.length === 0) this.waiting = Object.keys(faults);
    const kind = oneOf(random, this.waiting);
    this.waiting.splice(this.waiting.indexOf(kind), 1);
    const fault = ++this.last;
    const step = (op: 'declared' | 'fired' | 'healed', afterMs = 0): void =>
      this.history.write({ op, fault, kind, wall: Date.now() + afterMs });
    step('declared');
    const fired = (): void => {
      step('fired');
      this.fired[kind] = (this.fired[kind] ?? 0) + 1;
    };
    await (faults[kind] as Fault)({ stage, random, ttrMs, fired });
    step('healed', AFTERMATH_MS);
    await wait(pauseMs * (0.5 + random()));
  }

  async close(): Promise<void> {
    await this.history.close();
  }
}
