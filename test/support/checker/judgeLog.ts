import type { Collected } from './collected';
import { CONFIRMED, leaseOf, REFUSED } from './collected';
import type { Table } from './columns';
import type { Findings, Place } from './findings';
import type { LogLine, LogRow, Source } from './records';

interface Row extends LogRow {
  readonly place: Place;
}

/** What the log says of one queue, folded. */
interface Folded {
  waiting: number;
  leased: number;
}

/**
 * Compares the log, task by task, with what clients were told. It is read once, as a stream: what was
 * delivered and acked at an index is found by its place in order.
 */
export class LogJudge {
  private readonly folded = new Map<string, Folded>();
  private readonly closed = new Map<string, { from: number; to: number }[]>();
  private readonly deliveriesAt: ByIndex;
  private readonly acksAt: ByIndex;
  private task: Row[] = [];
  tasks = 0;
  /** Leases beyond the first of each task: at least once is what is promised. */
  again = 0;

  constructor(
    private readonly seen: Collected,
    private readonly findings: Findings,
  ) {
    this.deliveriesAt = byIndex(seen.deliveries);
    this.acksAt = byIndex(seen.acks);
  }

  async read({ name, lines }: Source): Promise<void> {
    let line = 0;
    let ended = false;
    for await (const text of lines) {
      line++;
      if (text === '') continue;
      const record = JSON.parse(text) as LogLine;
      ended = record.op === 'end';
      if (record.op === 'closed') {
        const ranges = this.closed.get(record.queue) ?? [];
        this.closed.set(record.queue, [...ranges, record]);
      } else if (record.op === 'row') {
        const first = this.task[0];
        if (first && (first.index !== record.index || first.queue !== record.queue)) this.judge();
        this.task.push({ ...record, place: { file: name, line } });
      }
    }
    this.judge();
    if (!ended) {
      const about = 'the log was not read to its end';
      this.findings.add('unfinished history', null, about, [{ file: name, line }]);
    }
  }

  /** After all is read: what the log has nothing of at all, and whether the projection says the same. */
  end(): void {
    const { deliveries, acks, projections } = this.seen;
    for (let row = 0; row < deliveries.length; row++)
      if (deliveries.get(row, 'logged') === 0) this.notLogged(row);
    for (let row = 0; row < acks.length; row++)
      if (acks.get(row, 'logged') === 0 && acks.get(row, 'outcome') === CONFIRMED)
        this.ackNotLogged(row);
    for (const held of projections) {
      const { waiting, leased } = this.folded.get(held.queue) ?? { waiting: 0, leased: 0 };
      if (held.differences === 0 && held.waiting === waiting && held.leased === leased) continue;
      const about =
        `${held.queue}: ${String(held.waiting)} waiting, ${String(held.leased)} leased, in the log ` +
        `${String(waiting)} and ${String(leased)}; verify names ${String(held.differences)}`;
      this.findings.add('projection differs', null, about);
    }
  }

  private judge(): void {
    const rows = this.task;
    this.task = [];
    const first = rows[0];
    if (!first) return;
    this.tasks += 1;
    const queue = this.seen.queues.number(first.queue);
    const deliveries = this.deliveriesAt(queue, first.index);
    const acks = this.acksAt(queue, first.index);
    const task = this.taskOf(deliveries);
    this.judgeStatus(rows, task, deliveries.length > 0);
    this.judgeLeases(rows, task);
    for (const row of deliveries) this.judgeDelivery(rows, row, acks);
    for (const row of acks) this.judgeAck(rows, row, deliveries, acks);
  }

  private taskOf(deliveries: readonly number[]): number | null {
    const { deliveries: table } = this.seen;
    const [first, ...others] = deliveries;
    if (first === undefined) return null;
    const task = table.get(first, 'task');
    const other = others.find((row) => table.get(row, 'task') !== task);
    if (other !== undefined) {
      const about = `${String(task)} and ${String(table.get(other, 'task'))}`;
      const places = [this.seen.deliveryPlace(first), this.seen.deliveryPlace(other)];
      this.findings.add('two tasks at one index', task, about, places);
    }
    return task;
  }

  private judgeStatus(rows: readonly Row[], task: number | null, wasDelivered: boolean): void {
    const [first] = rows as readonly [Row];
    if (!rows.some(({ type }) => type === 'Added')) {
      this.findings.add('logged without Added', task, placeName(first), [first.place]);
      return;
    }
    const status = statusOf(rows);
    if (status === 'acked') return;
    // What lies under a final gap of a closed segment did not happen: its add has heard OutcomeUnknown.
    const isClosed = this.closed
      .get(first.queue)
      ?.some(({ from, to }) => from <= first.index && first.index <= to);
    if (isClosed === true && !wasDelivered) return;
    const folded = this.folded.get(first.queue) ?? { waiting: 0, leased: 0 };
    folded[status] += 1;
    this.folded.set(first.queue, folded);
    if (task !== null && this.isNamed(task)) return;
    const about = `${placeName(first)} is ${status} in the log after the drain`;
    this.findings.add('left unacked', task, about, [first.place]);
  }

  /** Said already: no client has tried to ack it. */
  private isNamed(task: number): boolean {
    const add = this.seen.rowOfTask.get(task);
    return add !== undefined && this.seen.adds.get(add, 'maybeAcked') === 0;
  }

  /** One lease at a time: the next begins when the one before was acked or has run out. */
  private judgeLeases(rows: readonly Row[], task: number | null): void {
    let live: Row | null = null;
    for (const row of rows) {
      if (row.type === 'Acked') live = null;
      if (row.type !== 'Fetched') continue;
      if (live && live.lease !== row.lease) {
        this.again += 1;
        if ((live.until ?? 0) > (row.at ?? 0) && !this.mayOverlap(live, row)) {
          const about = `${String(live.lease)} until ${String(live.until)}, ${String(row.lease)} from ${String(row.at)}`;
          this.findings.add('two live leases', task, about, [live.place, row.place]);
        }
      }
      live = row;
    }
  }

  /** Only a rebuild, which only a fault brings about, gives a task away that another may still hold. */
  private mayOverlap(live: Row, next: Row): boolean {
    const at = next.at ?? 0;
    return next.epoch > live.epoch && this.inWindow(at);
  }

  private inWindow(at: number): boolean {
    for (const { from, to, fired } of this.seen.windows.values())
      if (fired && from <= at && at <= to) return true;
    return false;
  }

  private judgeDelivery(rows: readonly Row[], row: number, acks: readonly number[]): void {
    const { deliveries, acks: ackTable, workers } = this.seen;
    const lease = nameOf(deliveries, row);
    const fetched = rows.filter((each) => each.type === 'Fetched' && each.lease === lease);
    const worker = workers.name(deliveries.get(row, 'worker'));
    deliveries.set(row, 'logged', 1);
    if (!fetched.some((each) => `${each.queue} ${String(each.worker)}` === worker))
      this.notLogged(row);
    // A worker that was late may have acked it under the lease before.
    const ackedByOther = rows.some((each) => each.type === 'Acked' && each.lease !== lease);
    if (ackedByOther || isTaken(rows, lease)) deliveries.set(row, 'over', 1);
    for (const ack of acks) {
      if (ackTable.get(ack, 'outcome') === REFUSED || nameOf(ackTable, ack) !== lease) continue;
      const start = Math.min(deliveries.get(row, 'ackStart'), ackTable.get(ack, 'start'));
      deliveries.set(row, 'ackStart', start);
    }
  }

  private judgeAck(
    rows: readonly Row[],
    row: number,
    deliveries: readonly number[],
    all: readonly number[],
  ): void {
    const { acks, deliveries: table } = this.seen;
    const lease = nameOf(acks, row);
    const task = acks.get(row, 'task');
    const here = this.seen.ackPlace(row);
    acks.set(row, 'logged', 1);
    const logged = rows.some((each) => each.type === 'Acked' && each.lease === lease);
    if (acks.get(row, 'outcome') === CONFIRMED) {
      if (!logged) this.ackNotLogged(row);
      const newer = deliveries.find(
        (other) =>
          isNewer(table, other, leaseOf(lease)) && table.get(other, 'end') < acks.get(row, 'start'),
      );
      const ackBefore = all.find(
        (other) =>
          acks.get(other, 'outcome') === CONFIRMED &&
          acks.get(other, 'end') < acks.get(row, 'start'),
      );
      if (newer !== undefined || ackBefore !== undefined) {
        const cause =
          newer === undefined
            ? this.seen.ackPlace(ackBefore as number)
            : this.seen.deliveryPlace(newer);
        this.findings.add('stale lease accepted', task, lease, [cause, here]);
      }
    } else if (acks.get(row, 'isFalse') === 1) {
      const ackedBefore = all.some(
        (other) =>
          other !== row &&
          acks.get(other, 'outcome') !== REFUSED &&
          acks.get(other, 'start') < acks.get(row, 'end'),
      );
      if (ackedBefore || isTaken(rows, lease)) return;
      const about = `${lease} was neither acked nor taken back, and its ack was answered false`;
      this.findings.add('live lease refused', task, about, [here]);
    }
  }

  private notLogged(row: number): void {
    const { deliveries } = this.seen;
    const about = `no Fetched of ${nameOf(deliveries, row)} by this worker`;
    const places = [this.seen.deliveryPlace(row)];
    this.findings.add('delivery not in the log', deliveries.get(row, 'task'), about, places);
  }

  private ackNotLogged(row: number): void {
    const { acks } = this.seen;
    const about = `no Acked of ${nameOf(acks, row)}`;
    this.findings.add('ack not in the log', acks.get(row, 'task'), about, [
      this.seen.ackPlace(row),
    ]);
  }
}

const placeName = ({ queue, index }: LogRow): string => `${queue} ${String(index)}`;

function statusOf(rows: readonly Row[]): 'waiting' | 'leased' | 'acked' {
  let lease: string | undefined;
  for (const row of rows) {
    if (row.type === 'Acked') return 'acked'; // final: these runs never rewind
    if (row.type === 'Fetched') lease = row.lease;
    if (row.type === 'Recovered' && row.lease === lease) lease = undefined;
  }
  return lease === undefined ? 'waiting' : 'leased';
}

/** Recovered, or followed by another lease. */
function isTaken(rows: readonly Row[], lease: string): boolean {
  const first = rows.findIndex((row) => row.type === 'Fetched' && row.lease === lease);
  return rows.some(
    (row, i) =>
      (row.type === 'Recovered' && row.lease === lease) ||
      (row.type === 'Fetched' && row.lease !== lease && i > first),
  );
}

type LeaseColumns = 'index' | 'epoch' | 'version';

const nameOf = (table: Pick<Table<LeaseColumns>, 'get'>, row: number): string =>
  `${String(table.get(row, 'index'))}.${String(table.get(row, 'epoch'))}.${String(table.get(row, 'version'))}`;

function isNewer(
  table: Pick<Table<LeaseColumns>, 'get'>,
  row: number,
  { epoch, version }: { epoch: number; version: number },
): boolean {
  const other = table.get(row, 'epoch');
  return other > epoch || (other === epoch && table.get(row, 'version') > version);
}

type ByIndex = (queue: number, index: number) => number[];

/** Finds the rows of one index among millions: sorted once, then by halves. */
function byIndex(table: Pick<Table<'queue' | 'index' | 'start'>, 'get' | 'order'>): ByIndex {
  const order = table.order('queue', 'index', 'start');
  return (queue, index) => {
    let low = 0;
    let high = order.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const row = order[middle] as number;
      const isBefore =
        table.get(row, 'queue') < queue ||
        (table.get(row, 'queue') === queue && table.get(row, 'index') < index);
      if (isBefore) low = middle + 1;
      else high = middle;
    }
    const found: number[] = [];
    for (let i = low; i < order.length; i++) {
      const row = order[i] as number;
      if (table.get(row, 'queue') !== queue || table.get(row, 'index') !== index) break;
      found.push(row);
    }
    return found;
  };
}
