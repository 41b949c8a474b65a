import { readFileSync, rmSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { LIMITS } from '../../src/compose';
import type { Verdict } from '../support/checker';
import { check } from '../support/checker';
import { fileSource } from '../support/checker/files';
import { until } from '../support/until';
import { drain, logSource } from './stage/drain';
import type { Load, LoaderOptions } from './stage/loader.process';
import type { OwnProcess } from './stage/process';
import { startProcess } from './stage/process';
import { QUEUES, workersOf } from './stage/queues';
import type { OwnServers } from './stage/stage';
import { setStage } from './stage/stage';
import type { Second } from './stage/tally';

/** Each way, so that an answer of Cassandra comes 2 s late. */
const DELAY_MS = 1_000;
const TIMES = 10;
const REQUEST_TIMEOUT_MS = 5_000;
/** Of adds: more than go into one round of each queue. */
const AT_ONCE = 1_000;
const WORKERS = 240;
const TTR_MS = 60_000;
const WARM_UP_SECONDS = 10;
const MEASURED_SECONDS = 10;
const RECOVERY_SECONDS = 30;
const EMPTY_WITHIN_MS = 150_000;

type Phase =
  'warm-up' | 'sustainable' | 'slow' | 'overload' | 'recovery' | 'sustainable again' | 'emptying';

/** A second of a run: what the client saw, and what the node needed. */
export interface Seen extends Second {
  readonly phase: Phase;
  readonly rssMiB: number;
  /** Confirmed so far. */
  readonly adds: number;
  readonly acks: number;
}

export interface OverloadResult extends Verdict {
  readonly seconds: readonly Seen[];
  /** Adds a second that are confirmed: before, while Cassandra is slow, and afterwards. */
  readonly sustainable: number;
  readonly slow: number;
  readonly sustainableAgain: number;
  readonly offered: number;
  /** null: nothing is wrong, so they are gone. */
  readonly folder: string | null;
}

/** One node, whose Cassandra becomes slow while more is asked of it than it can do; then both end. */
export async function overload(
  servers: OwnServers,
  overloadSeconds: number,
  onSecond: (second: Seen) => void,
): Promise<OverloadResult> {
  const stage = await setStage(servers, {
    proxied: true,
    requestTimeoutMs: REQUEST_TIMEOUT_MS,
    limits: LIMITS,
  });
  const [node] = stage.nodes;
  const cassandra = stage.proxies?.cassandra;
  if (!node || !cassandra) throw new Error('a stage without nodes or proxies');
  let keep = true;
  let loader: OwnProcess | null = null;
  try {
    await node.start();
    const options: LoaderOptions = {
      ...{ history: `${stage.folder}/loader.jsonl`, socket: node.socket, queues: QUEUES },
      ...{ workers: workersOf(QUEUES, WORKERS), ttrMs: TTR_MS },
    };
    const loading = startProcess('loader', options);
    loader = loading;
    let phase: Phase = 'warm-up';
    const seconds: Seen[] = [];
    let told: Load | null = null;
    loading.onLine((line) => {
      const said = JSON.parse(line) as Second & { adds: number; acks: number };
      const seen = { phase, rssMiB: rssMiBOf(node.pid), ...said };
      seconds.push(seen);
      onSecond(seen);
    });
    const during = async (next: Phase, load: Load, lastsSeconds: number): Promise<number> => {
      phase = next;
      if (load !== told) loading.tell((told = load));
      const before = seconds.at(-1)?.adds ?? 0;
      await wait(lastsSeconds * 1000);
      return Math.round(((seconds.at(-1)?.adds ?? 0) - before) / lastsSeconds);
    };
    const asMuchAsItCan = { atOnce: AT_ONCE };
    await during('warm-up', asMuchAsItCan, WARM_UP_SECONDS);
    const sustainable = await during('sustainable', asMuchAsItCan, MEASURED_SECONDS);
    cassandra.delay(DELAY_MS);
    await during('slow', asMuchAsItCan, WARM_UP_SECONDS);
    const slow = await during('slow', asMuchAsItCan, MEASURED_SECONDS);
    const offered = TIMES * slow;
    await during('overload', { perSecond: offered }, overloadSeconds);
    cassandra.delay(0);
    await during('recovery', { perSecond: sustainable / 2 }, RECOVERY_SECONDS);
    const sustainableAgain = await during('sustainable again', asMuchAsItCan, MEASURED_SECONDS);
    await during('emptying', { perSecond: 0 }, 2);
    await until(() => {
      const { adds = 0, acks = 0 } = seconds.at(-1) ?? {};
      return acks >= adds;
    }, EMPTY_WITHIN_MS).catch(() => undefined); // the drain takes the rest
    await loading.stop();
    const drained = await drain(stage, QUEUES, options.workers);
    const verdict = await check({
      histories: [options.history, drained].map(fileSource),
      log: logSource(stage, QUEUES),
    });
    keep = verdict.findings.length > 0;
    const folder = keep ? stage.folder : null;
    return { ...verdict, seconds, sustainable, slow, sustainableAgain, offered, folder };
  } finally {
    await loader?.kill();
    await stage.stop();
    if (!keep) rmSync(stage.folder, { recursive: true });
  }
}

function rssMiBOf(pid: number | undefined): number {
  const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8');
  return Math.round(Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1024);
}
