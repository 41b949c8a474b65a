import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { embeddedQueue } from './embedded';
import { spreadOf } from './measure';
import type { Spread } from './measure';
import { rawCommitsPerSecond } from './rawSqlite';
import { readyMs } from './readyTime';
import { benchRebuild, printRebuild } from './rebuild';
import { benchServers, printServers } from './servers';
import type { Ratio } from './table';
import { line, printRatios, spread } from './table';

/**
 * npm run bench -- [--servers | --rebuild] [--json] [--quick]: the embedded queue next to raw SQLite commits,
 * the queue on Cassandra and Redis next to raw inserts, or rebuilds next to raw scans, within one run, so
 * that a machine that slows down slows both. Ratios travel; absolute figures do not.
 */

const VALUE_BYTES = 200;
const CALLERS = [1, 16, 64, 256];

interface Row {
  readonly callers: number;
  readonly rawCommits: Spread;
  readonly adds: Spread;
  readonly fetchAcks: Spread;
  readonly cycles: Spread;
}

async function inFolder<T>(work: (folder: string) => Promise<T> | T): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'queue-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureRow(callers: number, rounds: number, forMs: number): Promise<Row> {
  const raw: number[] = [];
  const adds: number[] = [];
  const fetchAcks: number[] = [];
  const cycles: number[] = [];
  for (let round = 0; round < rounds; round++) {
    raw.push(await inFolder((folder) => rawCommitsPerSecond(folder, forMs, VALUE_BYTES)));
    const ours = await inFolder((folder) => embeddedQueue(folder, callers, forMs, VALUE_BYTES));
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

const ratiosOf = (row: Row): Ratio[] =>
  (['adds', 'fetchAcks', 'cycles'] as const).map((name) => ({
    name: `${name}/s to raw commits/s, ${String(row.callers)} callers`,
    value: row[name].median / row.rawCommits.median,
  }));

function print(rows: readonly Row[], ready: Spread): void {
  line('callers', 'raw commits/s', 'adds/s', 'fetch+acks/s', 'cycles/s');
  for (const { callers, rawCommits, adds, fetchAcks, cycles } of rows) {
    line(String(callers), ...[rawCommits, adds, fetchAcks, cycles].map(spread));
  }
  printRatios('ratios of medians to raw commits', rows.flatMap(ratiosOf));
  process.stdout.write(`\nnpm start to ready, ms: ${spread(ready)}\n`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean' },
      quick: { type: 'boolean' },
      servers: { type: 'boolean' },
      rebuild: { type: 'boolean' },
    },
  });
  const quick = values.quick === true;
  const rounds = quick ? 1 : 5;
  const forMs = quick ? 500 : 2_000;
  const tell = <Figures extends { readonly configuration: object }>(
    figures: Figures,
    print: (figures: Figures) => void,
  ): void => {
    if (values.json === true) {
      process.stdout.write(`${JSON.stringify(figures)}\n`);
      return;
    }
    process.stdout.write(`${JSON.stringify(figures.configuration)}\n\n`);
    print(figures);
  };
  if (values.servers === true) {
    tell(await benchServers(rounds, forMs, VALUE_BYTES), printServers);
    return;
  }
  if (values.rebuild === true) {
    tell(await benchRebuild(quick), printRebuild);
    return;
  }
  const configuration = {
    node: process.version,
    processors: cpus().length,
    valueBytes: VALUE_BYTES,
    rounds,
    forMs,
    log: 'SQLite, WAL, synchronous FULL',
    calls: 'broker.call in process, one queue, encryption on',
  };
  if (values.json !== true) process.stdout.write(`${JSON.stringify(configuration)}\n\n`);

  const rows: Row[] = [];
  for (const callers of CALLERS) {
    process.stderr.write(`${String(callers)} callers ...\n`);
    rows.push(await measureRow(callers, rounds, forMs));
  }
  const starts: number[] = [];
  for (let i = 0; i < (quick ? 1 : 3); i++) starts.push(await inFolder(readyMs));
  const ready = spreadOf(starts);

  if (values.json === true) {
    const ratios = rows.flatMap(ratiosOf);
    process.stdout.write(`${JSON.stringify({ configuration, rows, ratios, readyMs: ready })}\n`);
  } else {
    print(rows, ready);
  }
}

void main();
