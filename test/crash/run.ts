import { rmSync } from 'node:fs';
import type { Verdict } from '../support/checker';
import { check } from '../support/checker';
import { fileSource } from '../support/checker/files';
import { until } from '../support/until';
import type { Fault } from './faults/nemesis';
import { Nemesis } from './faults/nemesis';
import { Clients } from './stage/clients';
import { drain, logSource } from './stage/drain';
import { QUEUES } from './stage/queues';
import { randomOf } from './stage/random';
import type { OwnServers, Stage } from './stage/stage';
import { setStage } from './stage/stage';

export interface RunOptions {
  readonly seed: number;
  readonly faults: Readonly<Record<string, Fault>>;
  readonly proxied?: boolean;
  readonly ttrMs?: number;
  /** Between two faults. */
  readonly pauseMs?: number;
  /** So much is acked between two faults, however long that takes. */
  readonly acksBetween?: number;
  readonly producers?: number;
  readonly workers?: number;
  /** Whether the run has reached what it is for; each kind of fault has its turn in any case. */
  readonly isEnough: (progress: Progress) => boolean;
  readonly onProgress?: (progress: Progress) => void;
}

export interface Progress {
  readonly seconds: number;
  readonly adds: number;
  readonly acks: number;
  /** How often each kind has fired. */
  readonly fired: Readonly<Record<string, number>>;
}

export interface RunResult extends Verdict {
  readonly seconds: number;
  readonly drainSeconds: number;
  /** Where the histories are; null: nothing is wrong with them, so they are gone. */
  readonly folder: string | null;
}

/** Of each client: so much is left to drain at the most. */
const BACKLOG_MAX = 2_500;
const FIRST_ACKS = 20;
/** Nodes, rebuilds and a Cassandra that starts again take their time; this is no end to wait for. */
const GOES_ON_MS = 300_000;

/** Clients under faults, then a drain, then the verdict on all that they and the log say. */
export async function run(servers: OwnServers, options: RunOptions): Promise<RunResult> {
  const stage = await setStage(servers, { proxied: options.proxied === true });
  let verdict: RunResult | null = null;
  try {
    verdict = await runOn(stage, options);
    return verdict;
  } finally {
    await stage.stop();
    if (verdict?.folder === null) rmSync(stage.folder, { recursive: true });
  }
}

async function runOn(stage: Stage, options: RunOptions): Promise<RunResult> {
  const { seed, faults, isEnough, onProgress } = options;
  const { ttrMs = 5_000, pauseMs = 500, acksBetween = 0, producers = 64, workers = 120 } = options;
  await Promise.all(stage.nodes.map((node) => node.start()));
  const load = { seed, queues: QUEUES, producers, workers, ttrMs, backlogMax: BACKLOG_MAX };
  const clients = new Clients(stage, load);
  const nemesis = new Nemesis({ stage, faults, ttrMs, pauseMs, random: randomOf(seed) });
  const started = performance.now();
  const progress = (): Progress => ({
    seconds: (performance.now() - started) / 1000,
    ...{ adds: clients.adds, acks: clients.acks, fired: nemesis.fired },
  });
  try {
    await until(() => clients.acks >= FIRST_ACKS);
    while (!(nemesis.hasTriedAll && isEnough(progress()))) {
      if (clients.isBroken) throw new Error('a client has ended');
      await nemesis.strike();
      const enough = clients.acks + acksBetween;
      await until(() => clients.acks >= enough, GOES_ON_MS);
      onProgress?.(progress());
    }
    await clients.stop();
  } finally {
    await clients.kill();
    await nemesis.close();
  }
  const { seconds } = progress();
  const drained = await drain(stage, QUEUES, clients.workers);
  const drainSeconds = progress().seconds - seconds;
  const verdict = await check({
    histories: [...clients.histories, nemesis.historyPath, drained].map(fileSource),
    log: logSource(stage, QUEUES),
  });
  const folder = verdict.findings.length === 0 ? null : stage.folder;
  return { ...verdict, seconds, drainSeconds, folder };
}
