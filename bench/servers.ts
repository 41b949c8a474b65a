import { cpus } from 'node:os';
import { cpuUs, untilAtRest } from './cpu';
import type { Spread } from './measure';
import { Latencies, perSecond, perSecondOf, spreadOf } from './measure';
import { RawRows } from './rawRows';
import type { Ratio } from './report';
import { line, printRatios, spread } from './report';
import type { ServersQueue } from './started/serversQueue';
import { startServersQueue } from './started/serversQueue';
import { VALUE_BYTES } from './value';

const CALLERS = [1, 16, 64, 256];
const WARM_UPS = 8;

interface Row {
  readonly callers: number;
  readonly rawInserts: Spread;
  readonly adds: Spread;
  readonly fetchAcks: Spread;
  readonly cycles: Spread;
  /** Milliseconds of a call while cycles run: 50 and 99 of 100 are faster. */
  readonly latencyMs: Readonly<Record<'add' | 'fetch' | 'ack', { p50: number; p99: number }>>;
  /** Microseconds of CPU per cycle. */
  readonly cpuUs: Readonly<Record<'node' | 'cassandra' | 'redis', number>>;
}

export interface ServersFigures {
  readonly configuration: Readonly<Record<string, unknown>>;
  readonly rows: readonly Row[];
  readonly ratios: readonly Ratio[];
}

/** The queue on a real Cassandra and a real Redis of its own, next to raw inserts, in turn. */
export async function benchServers(rounds: number, forMs: number): Promise<ServersFigures> {
  const ours = await startServersQueue();
  const raw = new RawRows(ours.servers.cassandra);
  try {
    const bench = new Bench(ours, raw, forMs);
    await bench.warmUp();
    const rows: Row[] = [];
    for (const callers of CALLERS) {
      process.stderr.write(`${String(callers)} callers ...\n`);
      rows.push(await bench.row(callers, rounds));
    }
    const configuration = {
      node: process.version,
      processors: cpus().length,
      valueBytes: VALUE_BYTES,
      rounds,
      forMs,
      ours: `${ours.configuration}, one queue, everything on one machine`,
    };
    return { configuration, rows, ratios: rows.flatMap(ratiosOf) };
  } finally {
    await raw.close();
    await ours.stop();
  }
}

class Bench {
  constructor(
    private readonly ours: ServersQueue,
    private readonly raw: RawRows,
    private readonly forMs: number,
  ) {}

  /** The JVM compiles what is hot; before that it is several times slower. */
  async warmUp(): Promise<void> {
    process.stderr.write('warming up ...\n');
    for (let i = 0; i < WARM_UPS; i++) {
      await this.rawInserts(64);
      await this.cycles(64, new Latencies());
    }
  }

  private rest = (): Promise<void> => untilAtRest([this.ours.pids.cassandra]);

  private rawInserts(callers: number): Promise<number> {
    this.raw.newPartition();
    return perSecond(callers, this.forMs, () => this.raw.insert());
  }

  async row(callers: number, rounds: number): Promise<Row> {
    const figures = { raw: [], adds: [], fetchAcks: [], cycles: [] } as Record<string, number[]>;
    const latencies = new Latencies();
    const spent = { node: 0, cassandra: 0, redis: 0 };
    let tasks = 0;
    for (let round = 0; round < rounds; round++) {
      await this.rest();
      figures['raw']?.push(await this.rawInserts(callers));
      await this.rest();
      const { adds, fetchAcks } = await this.addsThenAcks(callers);
      figures['adds']?.push(adds);
      figures['fetchAcks']?.push(fetchAcks);
      await this.rest();
      const before = this.cpu();
      const { perSecond: cycles, done } = await this.cycles(callers, latencies);
      const after = this.cpu();
      figures['cycles']?.push(cycles);
      for (const name of ['node', 'cassandra', 'redis'] as const) {
        spent[name] += after[name] - before[name];
      }
      tasks += done;
    }
    return {
      callers,
      rawInserts: spreadOf(figures['raw'] ?? []),
      adds: spreadOf(figures['adds'] ?? []),
      fetchAcks: spreadOf(figures['fetchAcks'] ?? []),
      cycles: spreadOf(figures['cycles'] ?? []),
      latencyMs: {
        add: latencies.of('add'),
        fetch: latencies.of('fetch'),
        ack: latencies.of('ack'),
      },
      cpuUs: {
        node: spent.node / tasks,
        cassandra: spent.cassandra / tasks,
        redis: spent.redis / tasks,
      },
    };
  }

  private async addsThenAcks(callers: number): Promise<{ adds: number; fetchAcks: number }> {
    const queue = await this.ours.newQueue();
    let added = 1;
    const adds = await perSecond(callers, this.forMs, async () => {
      await queue.add();
      added++;
    });
    await this.rest();
    const times = Math.min(added, Math.ceil((adds / 4) * (this.forMs / 1000)));
    const fetchAcks = await perSecondOf(times, Math.min(callers, times), (caller) =>
      queue.takeAndFinish(caller),
    );
    return { adds, fetchAcks };
  }

  private async cycles(callers: number, latencies: Latencies) {
    const queue = await this.ours.newQueue(latencies);
    let done = 0;
    const rate = await perSecond(callers, this.forMs, async (caller) => {
      await queue.add();
      await queue.takeAndFinish(caller);
      done++;
    });
    return { perSecond: rate, done };
  }

  private cpu(): Record<'node' | 'cassandra' | 'redis', number> {
    const { cassandra, redis } = this.ours.pids;
    return { node: cpuUs(process.pid), cassandra: cpuUs(cassandra), redis: cpuUs(redis) };
  }
}

const MUST: Readonly<Record<string, number>> = { 'adds 64': 0.8, 'cycles 64': 0.15 };

const ratiosOf = (row: Row) =>
  (['adds', 'fetchAcks', 'cycles'] as const).map((name) => {
    const must = MUST[`${name} ${String(row.callers)}`];
    return {
      name: `${name}/s to raw inserts/s, ${String(row.callers)} callers`,
      value: row[name].median / row.rawInserts.median,
      ...(must === undefined ? {} : { must }),
    };
  });

export function printServers({ rows, ratios }: ServersFigures): void {
  line('callers', 'raw inserts/s', 'adds/s', 'fetch+acks/s', 'cycles/s');
  for (const row of rows) {
    line(
      String(row.callers),
      ...[row.rawInserts, row.adds, row.fetchAcks, row.cycles].map((each) => spread(each)),
    );
  }
  process.stdout.write('\nms of a call while cycles run, p50 / p99; CPU us per cycle\n');
  line('callers', 'add', 'fetch', 'ack', 'Node', 'Cassandra', 'Redis');
  for (const { callers, latencyMs, cpuUs } of rows) {
    const times = [latencyMs.add, latencyMs.fetch, latencyMs.ack].map(
      ({ p50, p99 }) => `${p50.toFixed(1)} / ${p99.toFixed(1)}`,
    );
    const spent = [cpuUs.node, cpuUs.cassandra, cpuUs.redis].map((us) => us.toFixed(0));
    line(String(callers), ...times, ...spent);
  }
  printRatios('ratios of medians', ratios);
}
