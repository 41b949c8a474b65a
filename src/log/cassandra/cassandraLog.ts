import type { Client } from 'cassandra-driver';
import type { Log } from '../../domain';
import { Appends } from './appends';
import { Calls } from './calls';
import { checkSchema } from './checkSchema';
import { connect } from './connect';
import { Directory } from './directory';
import { everyNodeHoldsAll, GatheredWrites } from './gatheredWrites';
import { Heads } from './heads';
import type { Clock } from './instant';
import { systemClock } from './instant';
import { EPOCH_LEASE_MS, Looks } from './looks';
import type { CassandraOptions } from './options';
import { APPEND_BUDGET_MS, REQUEST_TIMEOUT_MS } from './options';
import { Reads } from './reads';
import { tablesIn } from './schema';
import { Seals } from './seals';
import { Segments } from './segments';
import { Session } from './session';
import { statementsOn } from './statements';

export interface CassandraLogOptions extends CassandraOptions {
  /** For tests of what happens when clocks go wrong. */
  readonly clock?: Clock;
}

/**
 * Opens the log in a keyspace that migrate has prepared. Throws LogUnavailable if nobody answers,
 * CassandraMisconfigured, KeyspaceMissing, SchemaMissing, SchemaTooOld or SchemaTooNew.
 */
export async function openCassandraLog(options: CassandraLogOptions): Promise<Log> {
  const client = await connect(options);
  try {
    const session = new Session(client, options.acrossDataCenters ?? false);
    await checkSchema(session, options.keyspace);
    return cassandraLog(client, session, options);
  } catch (error) {
    await client.shutdown();
    throw error;
  }
}

function cassandraLog(client: Client, session: Session, options: CassandraLogOptions): Log {
  const { requestTimeoutMs = REQUEST_TIMEOUT_MS, appendBudgetMs = APPEND_BUDGET_MS } = options;
  const clock = options.clock ?? systemClock;
  const calls = new Calls();
  const repeat = { budgetMs: appendBudgetMs, isEnding: () => calls.isClosing };
  const statements = statementsOn(tablesIn(options.keyspace));
  const looks = new Looks(session, statements, clock);
  const directory = new Directory(session, statements);
  const heads = new Heads(session, statements, directory);
  const segments = new Segments(session, statements, heads, repeat);
  const seals = new Seals(session, statements, repeat);
  const writes = new GatheredWrites(session, everyNodeHoldsAll(client, options.keyspace));
  const appends = new Appends(session, writes, statements, looks, clock, repeat);
  const reads = new Reads(session, statements, looks, clock);

  /** Each page is a call of its own. */
  async function* paged<Rows>(pages: AsyncGenerator<Rows>): AsyncGenerator<Rows> {
    for (;;) {
      const page = await calls.answer(() => pages.next());
      if (page.done === true) return;
      yield page.value;
    }
  }

  let closed: Promise<void> | null = null;
  return {
    epochLeaseMs: EPOCH_LEASE_MS,
    head: (queue) => calls.answer(() => heads.read(queue)),
    createQueue: (queue, settings) => calls.answer(() => heads.create(queue, settings)),
    claimSegment: (queue, read) => calls.answer(() => heads.claimSegment(queue, read)),
    raise: (queue, read, raisedBy) => calls.answer(() => heads.raise(queue, read, raisedBy)),
    rewind: (queue, read, change) => calls.answer(() => heads.rewind(queue, read, change)),
    segments: (queue) => calls.answer(() => segments.list(queue)),
    closeSegment: (queue, epoch, segment, closed) =>
      calls.answer(() => segments.close(queue, epoch, segment, closed)),
    dropSegment: (queue, epoch, segment) =>
      calls.answer(() => segments.drop(queue, epoch, segment)),
    append: (queue, epoch, batches) => calls.answer(() => appends.append(queue, epoch, batches)),
    confirm: (queue, epoch) => calls.answer(() => appends.confirm(queue, epoch)),
    read: (queue, ranges) => calls.answer(() => reads.read(queue, ranges)),
    scan: (queue, segment) => paged(reads.scan(queue, segment)),
    stored: (queue, what) => paged(reads.stored(queue, what)),
    storedOfQueue: (queue) => paged(reads.storedOfQueue(queue)),
    record: (queue, row) => calls.answer(() => appends.record(queue, row)),
    seals: (queue, after) => calls.answer(() => seals.list(queue, after)),
    sealList: (queue, number, hash) => calls.answer(() => seals.listOf(queue, number, hash)),
    writeSeal: (queue, seal, list) => calls.answer(() => seals.write(queue, seal, list)),
    rewinds: (queue) => calls.answer(() => reads.rewinds(queue)),
    queues: ({ after, max }) => calls.answer(() => directory.page(after, max)),
    close() {
      closed ??= calls.close(requestTimeoutMs).then(() => client.shutdown());
      return closed;
    },
  };
}
