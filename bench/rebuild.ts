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
import type {
  Epoch,
  EventRow,
  Log,
  Projection,
  QueueId,
  Segment,
  TaskEvent,
  TaskIndex,
  Version,
  WorkerId,
} from '../src/domain';
import { leaseIdOf } from '../src/domain';
import { openCassandraLog } from '../src/log/cassandra';
import { openRowSorting } from '../src/log/sqlite';
import { openRedisProjection } from '../src/projections/redis';
import { newKeyspace, optionsOf } from '../test/support/cassandra/keyspace';
import { ownCassandraServer } from '../test/support/cassandra/server';
import { startRedis } from '../test/support/redisServer';
import { acked, queueOf, rowOf, timeUuid } from '../test/support/rows';
import { spreadOf } from './measure';
import type { Ratio } from './table';
import { line, printRatios } from './table';

const SEGMENT_SIZE = 4_096;
const VALUE_BYTES = 233; // 200 bytes, sealed
const BATCHES_AT_ONCE = 16;
const SHORT_EVENTS = 10_000;
const SHORT_ROUNDS = 9;

/** A queue as it is written into the log: so many acked tasks, then so many that wait and are leased. */
interface Shape {
  readonly name: string;
  readonly acked: number;
  readonly waiting: number;
  readonly leased: number;
}

interface Row extends Shape {
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
    const measure = async (shape: Shape): Promise<Row> => {
      process.stderr.write(`${shape.name} ...\n`);
      const queue = queueOf('bench', shape.name);
      await write(log, queue, shape);
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

async function write(log: Log, queue: QueueId, shape: Shape): Promise<void> {
  const tasks = shape.acked + shape.leased + shape.waiting;
  let { head } = await log.createQueue(queue, {
    segmentSize: SEGMENT_SIZE,
    raisedBy: timeUuid(Date.now()),
  });
  while (head.claimedTo < tasks) ({ head } = await log.claimSegment(queue, head));
  const segments = Math.ceil(tasks / SEGMENT_SIZE);
  let next = 1;
  const lane = async (): Promise<void> => {
    for (let segment = next++; segment <= segments; segment = next++) {
      await writeSegment(log, queue, head.epoch, segment as Segment, shape);
    }
  };
  await Promise.all(Array.from({ length: BATCHES_AT_ONCE / 4 }, lane));
}

async function writeSegment(
  log: Log,
  queue: QueueId,
  epoch: Epoch,
  segment: Segment,
  shape: Shape,
): Promise<void> {
  const first = (segment - 1) * SEGMENT_SIZE + 1;
  const last = Math.min(segment * SEGMENT_SIZE, shape.acked + shape.leased + shape.waiting);
  for (let from = first; from <= last; from += 256) {
    const rows: EventRow[] = [];
    for (let index = from; index < Math.min(from + 256, last + 1); index++) {
      const version = 4 * index;
      rows.push(rowOf(index, { version, payload: randomBytes(VALUE_BYTES) }));
      if (index <= shape.acked + shape.leased)
        rows.push(rowOf(index, { version: version + 1 }, fetchedAs(index, version + 1)));
      if (index <= shape.acked) rows.push(rowOf(index, { version: version + 2 }, acked));
    }
    const [outcome] = await log.append(queue, epoch, [rows]);
    if (outcome?.type !== 'confirmed') throw new Error(`not confirmed: ${JSON.stringify(outcome)}`);
  }
  if (segment * SEGMENT_SIZE <= shape.acked) {
    await log.closeSegment(queue, epoch, segment, { lastAdded: last, closedAt: Date.now() });
  }
}

/** Each by a worker of its own, under a lease that lasts. */
const fetchedAs = (index: number, version: number): TaskEvent => ({
  type: 'Fetched',
  v: 1,
  leaseId: leaseIdOf(index as TaskIndex, 1 as Epoch, version as Version),
  workerId: `worker-${String(index)}` as WorkerId,
  fetchedAt: Date.now(),
  leaseUntil: Date.now() + 3_600_000,
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

async function usedBytes(redis: Redis): Promise<number> {
  const info = await redis.info('memory');
  return Number(/used_memory:(\d+)/.exec(info)?.[1]);
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
