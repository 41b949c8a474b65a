import { Names, Table } from './columns';
import type { Findings, Place } from './findings';
import type {
  AckCall,
  AddCall,
  Drain,
  FaultStep,
  FetchCall,
  HistoryLine,
  Outcome,
  ProjectionHeld,
  Source,
} from './records';

const OUTCOMES: readonly Outcome[] = ['confirmed', 'refused', 'unknown'];
const CONFIRMED = OUTCOMES.indexOf('confirmed');
const REFUSED = OUTCOMES.indexOf('refused');
const UNKNOWN = OUTCOMES.indexOf('unknown');
export { CONFIRMED, REFUSED, UNKNOWN };

/** What a call may be answered that did nothing, or may have done something (README, Errors). */
const EXPECTED = new Set([
  ...['false', 'LogUnavailable', 'ProjectionUnavailable', 'OutcomeUnknown', 'Rebuilding'],
  ...['Overloaded', 'Stopping', 'KeyUnavailable'],
  // Of the way to a service that is not there: Moleculer's errors, and the socket's.
  ...['Unreachable', 'TimedOut', 'Disconnected'],
]);

export interface Window {
  readonly kind: string;
  readonly from: number;
  to: number;
  fired: boolean;
}

/** All that clients and nemesis have written, as numbers: a million tasks are some 300 MB. */
export class Collected {
  readonly queues = new Names();
  readonly workers = new Names();
  readonly files = new Names();
  /** By task: its row. */
  readonly rowOfTask = new Map<number, number>();
  /** `acked`: when the first ack of it was confirmed; `maybeAcked`: one was sent that may have counted. */
  readonly adds = new Table([
    ...(['task', 'queue', 'crc', 'outcome', 'start', 'file', 'line'] as const),
    ...(['delivered', 'acked', 'ackFile', 'ackLine', 'maybeAcked', 'index'] as const),
  ]);
  /** `logged` and `over` are found out when the log is read. */
  readonly deliveries = new Table([
    ...(['queue', 'index', 'epoch', 'version', 'task', 'crc', 'worker', 'start', 'end'] as const),
    ...(['at', 'until', 'file', 'line', 'logged', 'over', 'ackStart'] as const),
  ]);
  readonly acks = new Table([
    ...(['queue', 'index', 'epoch', 'version', 'task', 'outcome', 'start', 'end'] as const),
    ...(['file', 'line', 'logged', 'isFalse'] as const),
  ]);
  readonly windows = new Map<number, Window>();
  readonly projections: ProjectionHeld[] = [];
  readonly planned = new Set<string>();
  drain: Drain | null = null;

  constructor(private readonly findings: Findings) {}

  place(file: number, line: number): Place {
    return { file: this.files.name(file), line };
  }

  async read({ name, lines }: Source): Promise<void> {
    const file = this.files.number(name);
    let line = 0;
    let ended = false;
    for await (const text of lines) {
      line++;
      if (text === '') continue;
      const record = JSON.parse(text) as HistoryLine;
      ended = record.op === 'end';
      this.take(record, file, line);
    }
    if (!ended) {
      const about = 'its last line is not `end`: calls under way are missing';
      this.findings.add('unfinished history', null, about, [this.place(file, line)]);
    }
  }

  private take(record: HistoryLine, file: number, line: number): void {
    switch (record.op) {
      case 'add':
        this.expect(record, file, line);
        {
          this.added(record, file, line);
          return;
        }
      case 'fetch':
        this.expect(record, file, line);
        {
          this.fetched(record, file, line);
          return;
        }
      case 'ack':
        this.expect(record, file, line);
        {
          this.acked(record, file, line);
          return;
        }
      case 'plan':
        for (const kind of record.kinds) this.planned.add(kind);
        return;
      case 'declared':
      case 'fired':
      case 'healed': {
        this.fault(record);
        return;
      }
      case 'drain':
        this.drain = record;
        return;
      case 'projection':
        this.projections.push(record);
        return;
      case 'end':
        return;
    }
  }

  private expect(call: AddCall | FetchCall | AckCall, file: number, line: number): void {
    if (call.outcome === 'confirmed' || EXPECTED.has(call.type ?? '')) return;
    const about = `${call.op} was answered ${String(call.type)}`;
    this.findings.add('unexpected answer', call.task ?? null, about, [this.place(file, line)]);
  }

  private added(call: AddCall, file: number, line: number): void {
    const { task, crc, start } = call;
    const known = this.rowOfTask.get(task);
    if (known !== undefined) {
      const places = [this.addPlace(known), this.place(file, line)];
      this.findings.add('added twice', task, 'its value was added by two calls', places);
      return;
    }
    const row = this.adds.push({
      ...{ task, crc, start, file, line, queue: this.queues.number(call.queue) },
      ...{ outcome: OUTCOMES.indexOf(call.outcome), delivered: 0, maybeAcked: 0, index: 0 },
      ...{ acked: Infinity, ackFile: 0, ackLine: 0 },
    });
    this.rowOfTask.set(task, row);
  }

  private fetched(call: FetchCall, file: number, line: number): void {
    if (call.outcome !== 'confirmed') return;
    const { task = NaN, crc = NaN, at = NaN, until = NaN, start, end } = call;
    this.deliveries.push({
      ...{ queue: this.queues.number(call.queue), ...leaseOf(call.lease ?? '') },
      ...{ task, crc, at, until, start, end, file, line, logged: 0, over: 0, ackStart: Infinity },
      worker: this.workers.number(`${call.queue} ${call.worker}`),
    });
  }

  private acked(call: AckCall, file: number, line: number): void {
    const { task, start, end, type } = call;
    this.acks.push({
      ...{ queue: this.queues.number(call.queue), ...leaseOf(call.lease) },
      ...{ task, start, end, file, line, logged: 0 },
      ...{ isFalse: Number(type === 'false'), outcome: OUTCOMES.indexOf(call.outcome) },
    });
  }

  private fault({ op, fault, kind, wall }: FaultStep): void {
    if (op === 'declared') {
      this.windows.set(fault, { kind, from: wall, to: Infinity, fired: false });
      return;
    }
    const window = this.windows.get(fault);
    if (!window) throw new Error(`fault ${String(fault)} was not declared`);
    if (op === 'fired') window.fired = true;
    else window.to = wall;
  }

  addPlace(row: number): Place {
    return this.place(this.adds.get(row, 'file'), this.adds.get(row, 'line'));
  }

  deliveryPlace(row: number): Place {
    return this.place(this.deliveries.get(row, 'file'), this.deliveries.get(row, 'line'));
  }

  ackPlace(row: number): Place {
    return this.place(this.acks.get(row, 'file'), this.acks.get(row, 'line'));
  }
}

/** A lease is named `index.epoch.version`. */
export function leaseOf(lease: string): { index: number; epoch: number; version: number } {
  const [index = NaN, epoch = NaN, version = NaN] = lease.split('.').map(Number);
  return { index, epoch, version };
}
