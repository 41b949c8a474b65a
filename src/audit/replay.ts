import type { Head, Log, QueueId, RowSorting, StoredRow } from '../domain';
import type { AuditRow } from './decoded';
import type { Filter } from './filter';
import { matches, mayMatch } from './filter';
import type { Damage } from './rows';
import { readable, rowsOfQueue, rowsOfTasks } from './rows';

export interface ReplayQuery extends Filter {
  /** task: as they are stored, the queue as a whole first. version: as they were decided. */
  readonly order: 'task' | 'version';
  readonly limit: number;
  readonly payloads: boolean;
}

export interface ReplayNeeds {
  readonly log: Log;
  readonly openRowSorting: () => RowSorting;
}

/** The rows that are asked for, in batches; memory holds one of them, whatever the queue holds. */
export async function* replay(
  { log, openRowSorting }: ReplayNeeds,
  queue: QueueId,
  head: Head,
  query: ReplayQuery,
  damage: Damage,
): AsyncGenerator<readonly AuditRow[]> {
  const found = matching(stored(log, queue, head, query), query, damage);
  if (query.order === 'task') {
    yield* limited(found, query.limit);
    return;
  }
  const sorting = openRowSorting();
  try {
    for await (const page of found) sorting.add(page.map((row) => row.stored));
    yield* limited(decodedAgain(sorting.sorted()), query.limit);
  } finally {
    sorting.close();
  }
}

async function* stored(log: Log, queue: QueueId, head: Head, { task, payloads }: ReplayQuery) {
  yield* rowsOfQueue(log, queue, head);
  yield* rowsOfTasks(log, queue, head, { task, payloads });
}

async function* matching(
  pages: AsyncIterable<readonly StoredRow[]>,
  filter: Filter,
  damage: Damage,
): AsyncGenerator<readonly AuditRow[]> {
  const told: Damage = (damaged) => {
    if (mayMatch(filter, damaged.stored)) damage(damaged);
  };
  for await (const page of pages) {
    const rows = [...readable(page, told)].filter((row) => matches(filter, row));
    if (rows.length > 0) yield rows;
  }
}

/** What cannot be read is not among them. */
async function* decodedAgain(pages: Iterable<readonly StoredRow[]>) {
  for (const page of pages) yield [...readable(page, () => undefined)];
}

async function* limited<Row>(
  pages: AsyncIterable<readonly Row[]>,
  limit: number,
): AsyncGenerator<readonly Row[]> {
  let left = limit;
  for await (const page of pages) {
    yield page.slice(0, left);
    left -= page.length;
    if (left <= 0) return;
  }
}
