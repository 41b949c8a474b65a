import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { Client } from 'cassandra-driver';
import type { MigrateOptions } from '../src';
import { migrateCassandra } from '../src';
import type { DamagedRow } from '../src/audit';
import { createAudit } from '../src/audit';
import { FORMATS } from '../src/cli/auditFormats';
import { rebuild } from '../src/commands/rebuild';
import type { Epoch, Log, Projection, QueueId } from '../src/domain';
import { openCassandraLog } from '../src/log/cassandra';
import { openRowSorting } from '../src/log/sqlite';
import { openRedisProjection } from '../src/projections/redis';
import { newKeyspace, optionsOf } from '../test/support/cassandra/keyspace';
import { ownCassandraServer } from '../test/support/cassandra/server';
import { startRedis } from '../test/support/redisServer';
import { queueOf, timeUuid } from '../test/support/rows';
import type { Sealed, Shape } from './loadedQueue';
import { SEGMENT_SIZE, writeQueue } from './loadedQueue';
import { spreadOf } from './measure';
import { usedBytes } from './redisMemory';
import type { Ratio } from './report';
import { line, printRatios } from './report';

const VALUE_BYTES = 233; // 200 bytes, sealed
/** Payloads are not read. */
const NOISE: Sealed = { keyId: 'key-1', payload: () => randomBytes(VALUE_BYTES) };
const SHORT_EVENTS = 10_000;
const SHORT_ROUNDS = 9;

interface NamedShape extends Shape {
  readonly name: string;
}

interface Row extends NamedShape {
  /** Without the wait for the epoch lease. */
  readonly rebuildMs: number;
  readonly eventsRead: number;
  readonly redisBytes: number;
}

interface Replay {
  readonly events: number;
  readonly bytes: number;
  readonly ms: number;
}

export interface RebuildFigures {
  readonly configuration: Readonly<Record<string, unknown>>;
  readonly rows: readonly Row[];
  /** All of the long queue as lines of JSON. */
  readonly replay: Replay;
  readonly ratios: readonly Ratio[];
}

/** Rebuilds of queues that were written through the log port, and what they leave in Redis. */
export async function benchRebuild(quick: boolean): Promise<RebuildFigures> {
  const many = quick ? 100_000 : 1_000_000;
  const cassandra = await ownCassandraServer({ heap: '1G' });
  const redis = await startRedis();
  const aside = new Redis(redis.url);
  const options = optionsOf(cassandra, newKeyspace());
  await migrateCassandra(options);
  const log = await openCassandraLog(options);
  const projection = await openRedisProjection({ url: redis.url });
  try {
    const measure = async (shape: NamedShape): Promise<Row> => {
      process.stderr.write(`${shape.name} ...\n`);
      const queue = queueOf('bench', shape.name);
      await writeQueue(log, queue, shape, NOISE);
      await rebuilt(log, projection, queue); // what is compiled and cached from then on
      const before = await usedBytes(aside);
      await aside.flushall();
      const empty = await usedBytes(aside);
      const { ms, events } = await rebuilt(log, projection, queue);
      const redisBytes = (await usedBytes(aside)) - Math.min(empty, before);
      const all = [ms];
      // Of a short one the next one may take twice as long.
      while (events < SHORT_EVENTS && all.length < SHORT_ROUNDS) {
        all.push((await rebuilt(log, projection, queue)).ms);
      }
      return { ...shape, rebuildMs: spreadOf(all).median, eventsRead: events, redisBytes };
    };
    const small = await measure({ name: '1,000 open', acked: 0, waiting: 1_000, leased: 0 });
    const long = await measure({
      name: `1,000 open after ${String(many)} acked`,
      acked: many,
      waiting: 1_000,
      leased: 0,
    });
    const replay = await replayed(log, queueOf('bench', long.name));
    const open = await measure({ name: '100,000 open', acked: 0, waiting: 100_000, leased: 0 });
    const scanMs = await rawScanMs(options, '100,000 open', 100_000);
    const backlog = await measure({
      name: `${String(many)} waiting, 1,000 leased`,
      acked: 0,
      waiting: many,
      leased: 1_000,
    });
    return {
      configuration: {
        node: process.version,
        log: 'Cassandra 5.0.6, one node, heap 1G, segments of 4,096',
        valueBytes: 200,
        peakRssMiB: Math.round(process.resourceUsage().maxRSS / 1024),
      },
      rows: [small, long, open, backlog],
      replay,
      ratios: [
        {
          name: 'events/s of a rebuild of 100,000 open to a raw paged scan of the same partitions',
          value: scanMs / open.rebuildMs,
          must: 0.7,
        },
        {
          name: `time for ${String(many)} acked and 1,000 open to that for 1,000 open (at most 2)`,
          value: long.rebuildMs / small.rebuildMs,
        },
      ],
    };
  } finally {
    await projection.close();
    await log.close();
    await aside.quit();
    await redis.stop();
    await cassandra.stop();
  }
}

async function rebuilt(log: Log, projection: Projection, queue: QueueId) {
  let waitedMs = 0;
  let events = 0;
  const counting: Log = {
    ...portOf(log),
    async *scan(...which) {
      for await (const rows of log.scan(...which)) {
        events += rows.length;
        yield rows;
      }
    },
  };
  const head = await log.head(queue);
  const startedAt = performance.now();
  await rebuild(
    {
      log: counting,
      projection,
      eventId: () => timeUuid(Date.now()),
      monotonic: () => performance.now(),
      wait: async (ms) => {
        waitedMs += ms;
        await pause(ms);
      },
    },
    queue,
    head?.epoch ?? (0 as Epoch),
  );
  return { ms: performance.now() - startedAt - waitedMs, events };
}

/** What `audit replay --json` does, without the pipe. */
async function replayed(log: Log, queue: QueueId): Promise<Replay> {
  const never = () => Promise.reject(new Error('nothing is opened here'));
  const audit = createAudit({
    log,
    openRowSorting,
    eventId: () => timeUuid(Date.now()),
    now: () => Date.now(),
    vault: { open: never },
    values: { decode: () => undefined },
    fieldNames: () => [],
  });
  const { line: lineOf } = FORMATS.json(false);
  const damaged = ({ reason }: DamagedRow): never => {
    throw new Error(reason);
  };
  const startedAt = performance.now();
  let events = 0;
  let bytes = 0;
  const found = await audit.of(queue);
  const query = { order: 'task', limit: Infinity, payloads: false } as const;
  for await (const page of found?.replay(query, damaged) ?? []) {
    events += page.length;
    for (const row of page) bytes += lineOf(row, {}).length;
  }
  return { events, bytes, ms: performance.now() - startedAt };
}

/** Its methods, whatever it is made of. */
const portOf = (log: Log): Log =>
  new Proxy(log, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });

/** The same columns that a rebuild reads, page by page, of each partition in turn. */
async function rawScanMs(options: MigrateOptions, service: string, tasks: number): Promise<number> {
  const { contactPoints, localDataCenter, keyspace } = options;
  const client = new Client({ contactPoints: [...contactPoints], localDataCenter, keyspace });
  const query = `SELECT task_index, epoch, version, event_id, at, body, key_id FROM queue_events
    WHERE owner = ? AND service = ? AND segment = ?`;
  const startedAt = performance.now();
  for (let segment = 1; segment <= Math.ceil(tasks / SEGMENT_SIZE); segment++) {
    let pageState: string | null = null;
    do {
      const paging = pageState === null ? {} : { pageState };
      const page: { readonly pageState: string | null } = await client.execute(
        query,
        ['bench', service, segment],
        {
          prepare: true,
          fetchSize: 2000,
          ...paging,
        },
      );
      pageState = page.pageState; // null after the last page, whatever its type says
    } while (pageState !== null);
  }
  const ms = performance.now() - startedAt;
  await client.shutdown();
  return ms;
}

export function printRebuild({ rows, replay, ratios }: RebuildFigures): void {
  line('queue', 'rebuild ms', 'events read', 'events/s', 'bytes in Redis');
  for (const { name, rebuildMs, eventsRead, redisBytes } of rows) {
    const perSecond = (eventsRead / rebuildMs) * 1000;
    process.stdout.write(`${name}\n`);
    line('', rebuildMs.toFixed(0), String(eventsRead), perSecond.toFixed(0), String(redisBytes));
  }
  const { events, bytes, ms } = replay;
  const perSecond = ((events / ms) * 1000).toFixed(0);
  process.stdout.write(
    `replay of the long queue as JSON: ${String(events)} events, ${String(bytes)} bytes, ${perSecond} events/s\n`,
  );
  printRatios('ratios', ratios);
}
