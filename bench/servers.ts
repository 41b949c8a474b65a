import { cpus } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { ServiceBroker } from 'moleculer';
import { migrateCassandra, QueueService } from '../src';
import { ownCassandraServer } from '../test/support/cassandra/server';
import { newKeyspace, optionsOf } from '../test/support/cassandra/keyspace';
import { startRedis } from '../test/support/redisServer';
import { cpuUs } from './cpu';
import type { Spread } from './measure';
import { Latencies, perSecond, perSecondOf, spreadOf } from './measure';
import { RawInserts } from './rawInserts';
import type { Ratio } from './table';
import { line, printRatios, spread } from './table';

const CALLERS = [1, 16, 64, 256];
const META = { meta: { ownerId: 'bench' } };
const WARM_UPS = 8;
/** Cassandra rests when it uses less than 5 of 100 of a processor over so long. */
const REST_MS = 300;
const REST_SHARE = 0.05;
const REST_TRIES_MAX = 100;

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
export async function benchServers(
  rounds: number,
  forMs: number,
  valueBytes: number,
): Promise<ServersFigures> {
  const cassandra = await ownCassandraServer({ heap: '1G' });
  const redis = await startRedis();
  const options = optionsOf(cassandra, newKeyspace());
  await migrateCassandra(options);
  const raw = new RawInserts(options);
  const broker = new ServiceBroker({ logger: false });
  const key = 'k'.repeat(32);
  broker.createService({ name: 'keys', actions: { getOek: () => ({ id: 'k1', key }) } });
  broker.createService(
    QueueService({ servers: { cassandra: options, redis: { url: redis.url } } }),
  );
  await broker.start();
  try {
    const pids = { node: process.pid, cassandra: cassandra.pid, redis: redis.pid };
    const bench = new Bench(broker, raw, pids, forMs, valueBytes);
    await bench.warmUp();
    const rows: Row[] = [];
    for (const callers of CALLERS) {
      process.stderr.write(`${String(callers)} callers ...\n`);
      rows.push(await bench.row(callers, rounds));
    }
    const configuration = {
      node: process.version,
      processors: cpus().length,
      valueBytes,
      rounds,
      forMs,
      log: 'Cassandra 5.0.6, one node, commitlog_sync periodic, skiplist memtable, heap 1G',
      projection: 'Redis, nothing on disk',
      calls: 'broker.call in process, one queue, encryption on, everything on one machine',
    };
    return { configuration, rows, ratios: rows.flatMap(ratiosOf) };
  } finally {
    await broker.stop();
    await raw.close();
    await redis.stop();
    await cassandra.stop();
  }
}

class Bench {
  private readonly value: string;
  private queues = 0;

  constructor(
    private readonly broker: ServiceBroker,
    private readonly raw: RawInserts,
    private readonly pids: Readonly<Record<'node' | 'cassandra' | 'redis', number>>,
    private readonly forMs: number,
    private readonly valueBytes: number,
  ) {
    this.value = 'x'.repeat(valueBytes - 2); // the quotes of JSON
  }

  /** The JVM compiles what is hot; before that it is several times slower. */
  async warmUp(): Promise<void> {
    process.stderr.write('warming up ...\n');
    for (let i = 0; i < WARM_UPS; i++) {
      await this.raw.perSecond(64, this.forMs, this.valueBytes);
      await this.cycles(64, new Latencies());
    }
  }

  /**
   * Until Cassandra has compacted and compiled what came before: else the work that one measurement
   * leaves behind would be done, and paid for, in the next.
   */
  private async rest(): Promise<void> {
    for (let tries = 0; tries < REST_TRIES_MAX; tries++) {
      const before = cpuUs(this.pids.cassandra);
      await pause(REST_MS);
      if (cpuUs(this.pids.cassandra) - before < REST_SHARE * REST_MS * 1000) return;
    }
    throw new Error('Cassandra does not come to rest: something else uses it');
  }

  async row(callers: number, rounds: number): Promise<Row> {
    const figures = { raw: [], adds: [], fetchAcks: [], cycles: [] } as Record<string, number[]>;
    const latencies = new Latencies();
    const spent = { node: 0, cassandra: 0, redis: 0 };
    let tasks = 0;
    for (let round = 0; round < rounds; round++) {
      await this.rest();
      figures['raw']?.push(await this.raw.perSecond(callers, this.forMs, this.valueBytes));
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
    const serviceId = this.newQueue();
    await this.call('add', { serviceId, value: this.value });
    let added = 1;
    const adds = await perSecond(callers, this.forMs, async () => {
      await this.call('add', { serviceId, value: this.value });
      added++;
    });
    await this.rest();
    const times = Math.min(added, Math.ceil((adds / 4) * (this.forMs / 1000)));
    const fetchAcks = await perSecondOf(times, Math.min(callers, times), (caller) =>
      this.fetchAndAck(serviceId, caller, new Latencies()),
    );
    return { adds, fetchAcks };
  }

  private async cycles(callers: number, latencies: Latencies) {
    const serviceId = this.newQueue();
    await this.call('add', { serviceId, value: this.value });
    let done = 0;
    const rate = await perSecond(callers, this.forMs, async (caller) => {
      await latencies.time('add', () => this.call('add', { serviceId, value: this.value }));
      await this.fetchAndAck(serviceId, caller, latencies);
      done++;
    });
    return { perSecond: rate, done };
  }

  private async fetchAndAck(
    serviceId: string,
    caller: number,
    latencies: Latencies,
  ): Promise<void> {
    const worker = { serviceId, workerId: `worker-${String(caller)}` };
    const given = await latencies.time('fetch', () => this.call('fetch', worker));
    const acked = await latencies.time('ack', () => this.call('ack', worker));
    if (given !== this.value || acked !== true)
      throw new Error('a task was not there or not acked');
  }

  private newQueue = (): string => `queue-${String(++this.queues)}`;

  private call(action: string, params: object): Promise<unknown> {
    return this.broker.call(`worker.queue.${action}`, params, META);
  }

  private cpu(): Record<'node' | 'cassandra' | 'redis', number> {
    const { node, cassandra, redis } = this.pids;
    return { node: cpuUs(node), cassandra: cpuUs(cassandra), redis: cpuUs(redis) };
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
    line(String(row.callers), ...[row.rawInserts, row.adds, row.fetchAcks, row.cycles].map(spread));
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
