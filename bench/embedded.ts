import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServiceBroker } from 'moleculer';
import { QueueService } from '../src';
import { CalledQueue } from './calledQueue';
import type { Spread } from './measure';
import { perSecond, perSecondOf, spreadOf } from './measure';
import { rawCommitsPerSecond } from './rawSqlite';
import { readyMs } from './readyTime';
import type { Ratio } from './report';
import { line, printRatios, spread } from './report';
import { VALUE_BYTES } from './value';

const CALLERS = [1, 16, 64, 256];

export interface EmbeddedRow {
  readonly callers: number;
  readonly rawCommits: Spread;
  readonly adds: Spread;
  readonly fetchAcks: Spread;
  readonly cycles: Spread;
}

interface EmbeddedFigures {
  readonly configuration: object;
  readonly rows: readonly EmbeddedRow[];
  readonly ratios: readonly Ratio[];
  readonly readyMs: Spread;
}

/** The embedded queue next to raw SQLite commits, in turn. */
export async function benchEmbedded(rounds: number, forMs: number): Promise<EmbeddedFigures> {
  const rows: EmbeddedRow[] = [];
  for (const callers of CALLERS) {
    process.stderr.write(`${String(callers)} callers ...\n`);
    rows.push(await embeddedRow(callers, rounds, forMs));
  }
  const starts: number[] = [];
  for (let i = 0; i < (rounds > 1 ? 3 : 1); i++) starts.push(await inFolder(readyMs));
  return {
    configuration: {
      node: process.version,
      processors: cpus().length,
      valueBytes: VALUE_BYTES,
      rounds,
      forMs,
      log: 'SQLite, WAL, synchronous FULL',
      calls: 'broker.call in process, one queue, encryption on',
    },
    rows,
    ratios: rows.flatMap(ratiosOf),
    readyMs: spreadOf(starts),
  };
}

export async function embeddedRow(
  callers: number,
  rounds: number,
  forMs: number,
): Promise<EmbeddedRow> {
  const raw: number[] = [];
  const adds: number[] = [];
  const fetchAcks: number[] = [];
  const cycles: number[] = [];
  for (let round = 0; round < rounds; round++) {
    raw.push(await inFolder((folder) => rawCommitsPerSecond(folder, forMs, VALUE_BYTES)));
    const ours = await inFolder((folder) => oneRun(folder, callers, forMs));
    adds.push(ours.addsPerSecond);
    fetchAcks.push(ours.fetchAcksPerSecond);
    cycles.push(ours.cyclesPerSecond);
  }
  return {
    callers,
    rawCommits: spreadOf(raw),
    adds: spreadOf(adds),
    fetchAcks: spreadOf(fetchAcks),
    cycles: spreadOf(cycles),
  };
}

/** Through broker.call, with everything on: keys, domain, log, jobs. */
async function oneRun(dataDir: string, callers: number, forMs: number) {
  const broker = new ServiceBroker({ logger: false });
  broker.createService(QueueService({ dataDir, keys: 'keyring' }));
  await broker.start();
  try {
    const warmUp = new CalledQueue(broker, 'warm-up');
    await perSecond(callers, forMs / 4, () => warmUp.add());
    const forAdds = new CalledQueue(broker, 'adds');
    let added = 0;
    const addsPerSecond = await perSecond(callers, forMs, async () => {
      await forAdds.add();
      added++;
    });
    const fetchAcksPerSecond = await perSecondOf(
      Math.min(added, 20_000),
      Math.min(callers, added),
      (caller) => forAdds.takeAndFinish(caller),
    );
    const forCycles = new CalledQueue(broker, 'cycles');
    const cyclesPerSecond = await perSecond(callers, forMs, async (caller) => {
      await forCycles.add();
      await forCycles.takeAndFinish(caller);
    });
    return { addsPerSecond, fetchAcksPerSecond, cyclesPerSecond };
  } finally {
    await broker.stop();
  }
}

async function inFolder<T>(work: (folder: string) => Promise<T> | T): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'queue-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const ratiosOf = (row: EmbeddedRow): Ratio[] =>
  (['adds', 'fetchAcks', 'cycles'] as const).map((name) => ({
    name: `${name}/s to raw commits/s, ${String(row.callers)} callers`,
    value: row[name].median / row.rawCommits.median,
  }));

export function printEmbedded({ rows, ratios, readyMs: ready }: EmbeddedFigures): void {
  line('callers', 'raw commits/s', 'adds/s', 'fetch+acks/s', 'cycles/s');
  for (const { callers, rawCommits, adds, fetchAcks, cycles } of rows) {
    line(String(callers), ...[rawCommits, adds, fetchAcks, cycles].map((each) => spread(each)));
  }
  printRatios('ratios of medians to raw commits', ratios);
  process.stdout.write(`\nnpm start to ready, ms: ${spread(ready)}\n`);
}
