import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import type { Family } from './peers/contender';
import { FAMILIES } from './peers/contender';
import { rounded, svgOf } from './plot';
import type { Ratio } from './report';
import { line, printRatios } from './report';
import { loads, processes, queues } from './tables/conditions';
import { embedded } from './tables/embedded';
import { http } from './tables/http';
import { latency } from './tables/latency';
import { processMemory, redisMemory } from './tables/memory';
import { adds, cycles } from './tables/rates';
import { Run } from './tables/run';
import type { Row, Table, TablePlan } from './tables/table';
import { groupsOf } from './tables/table';
import { VALUE_BYTES } from './value';

const TABLES: readonly TablePlan[] = [
  adds,
  cycles,
  latency,
  loads,
  queues,
  processes,
  redisMemory,
  processMemory,
  http,
  embedded,
];
const PLOTS = 'docs/performance';

interface PeersOptions {
  readonly only: readonly Family[];
  readonly tables: readonly TablePlan[];
  /** Where the plots go; null: nowhere. */
  readonly plots: string | null;
}

/** A quick look leaves the plots of a whole run alone. */
export function peersOptions(given: {
  readonly quick: boolean;
  readonly only?: string;
  readonly tables?: string;
  readonly plots?: string;
}): PeersOptions {
  const only = chosen('only', given.only, FAMILIES);
  const names = chosen(
    'tables',
    given.tables,
    TABLES.map(({ name }) => name),
  );
  return {
    only,
    tables: TABLES.filter(
      ({ name, families }) =>
        names.includes(name) && families.every((family) => only.includes(family)),
    ),
    plots: given.plots ?? (given.quick ? null : PLOTS),
  };
}

function chosen<Name extends string>(
  option: string,
  text: string | undefined,
  all: readonly Name[],
): readonly Name[] {
  if (text === undefined) return all;
  return text.split(',').map((word) => {
    const name = all.find((each) => each === word.trim());
    if (name === undefined) throw new Error(`--${option} takes some of ${all.join()}, not ${word}`);
    return name;
  });
}

interface PeersFigures {
  readonly configuration: object;
  readonly tables: readonly Table[];
  toJSON(): object;
}

/** Our queue beside those that a user would pick instead, and beside itself under other conditions. */
export async function benchPeers(
  { only, tables: plans, plots }: PeersOptions,
  quick: boolean,
  rounds: number,
  forMs: number,
): Promise<PeersFigures> {
  const run = new Run({ quick, rounds, forMs, only });
  const tables: Table[] = [];
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void run.close().finally(() => process.exit(1)));
  }
  try {
    for (const plan of plans) {
      process.stderr.write(`table ${plan.name} ...\n`);
      const table = await plan.measure(run);
      tables.push(table);
      if (plots !== null) {
        mkdirSync(plots, { recursive: true });
        writeFileSync(join(plots, `${plan.name}.svg`), svgOf(table));
      }
    }
  } finally {
    await run.close();
  }
  const configuration = {
    node: process.version,
    processors: cpus().length,
    processor: cpus()[0]?.model,
    valueBytes: VALUE_BYTES,
    rounds,
    forMs,
    quick,
  };
  return {
    configuration,
    tables,
    toJSON: () => ({
      configuration,
      rows: tables.flatMap(({ title, rows }) => rows.map((row) => ({ table: title, ...row }))),
      ratios: ratiosIn(tables),
    }),
  };
}

const ratiosIn = (tables: readonly Table[]): readonly Ratio[] =>
  tables.flatMap(({ ratios }) => ratios);

export function printPeers({ tables }: PeersFigures): void {
  for (const table of tables) {
    process.stdout.write(`${table.title}\n`);
    for (const [of, rows] of groupsOf(table.rows)) {
      process.stdout.write(`\n  ${of}\n`);
      for (const row of rows) printRow(row);
    }
    process.stdout.write('\n');
  }
  printRatios('ratios of medians', ratiosIn(tables));
}

function printRow({ name, min, median, max, configuration }: Row): void {
  line(`${rounded(median)} (${rounded(min)}-${rounded(max)})`, `  ${name}: ${configuration}`);
}
