import type { Verdict } from '../../support/checker';
import { check } from '../../support/checker';
import type {
  AckCall,
  AddCall,
  Drain,
  FetchCall,
  HistoryLine,
  LogLine,
  LogRow,
  ProjectionHeld,
} from '../../support/checker';

const START_MS = 1_000_000;
const LEASE_MS = 60_000;

interface More {
  /** The client that makes the call. */
  readonly by?: string;
  /** Whether the log has it; it has unless said otherwise. */
  readonly logged?: boolean;
}

/**
 * A run, told call by call: each takes some time, follows the one before, and is written where a real run
 * writes it. What is given beside the task replaces what would be written.
 */
export class Run {
  private readonly files = new Map<string, HistoryLine[]>();
  private readonly rows: LogRow[] = [];
  private readonly closed: LogLine[] = [];
  private readonly indices = new Map<number, number>();
  private readonly leases = new Map<number, string>();
  private nowUs = 0;
  private wallMs = START_MS;
  private version = 0;
  private epoch = 1;
  private ends = true;
  readonly queue = 'owner/s';

  add(task: number, over: Partial<AddCall> & More & { index?: number } = {}): this {
    const { by = 'a', logged = true, index = this.indices.size + 1, ...line } = over;
    this.indices.set(task, index);
    if (logged) this.row({ index, type: 'Added' });
    return this.write(by, {
      ...{ op: 'add', queue: this.queue, task, crc: task * 7, outcome: 'confirmed' },
      ...{ ...this.spent(), ...line },
    });
  }

  fetch(
    task: number,
    worker: string,
    over: Partial<FetchCall> & More & { ttr?: number } = {},
  ): this {
    const { by = 'a', logged = true, ttr = LEASE_MS, ...line } = over;
    const index = this.indices.get(task) ?? 99;
    const lease =
      line.lease ?? `${String(index)}.${String(this.epoch)}.${String(this.version + 1)}`;
    this.leases.set(task, lease);
    const times = { at: this.wallMs, until: this.wallMs + ttr };
    if (logged) this.row({ index, type: 'Fetched', lease, worker, ...times });
    return this.write(by, {
      ...{ op: 'fetch', queue: this.queue, worker, task, crc: task * 7, lease, ...times },
      ...{ outcome: 'confirmed', ...this.spent(), ...line },
    });
  }

  /** The worker has the task it had: no row is written. */
  fetchAgain(task: number, worker: string, over: Partial<FetchCall> & More = {}): this {
    return this.fetch(task, worker, { lease: this.leaseOf(task), logged: false, ...over });
  }

  ack(task: number, worker: string, over: Partial<AckCall> & More = {}): this {
    const { by = 'a', logged = (over.outcome ?? 'confirmed') === 'confirmed', ...line } = over;
    const lease = line.lease ?? this.leaseOf(task);
    if (logged) this.row({ index: Number(lease.split('.')[0]), type: 'Acked', lease, worker });
    return this.write(by, {
      ...{ op: 'ack', queue: this.queue, worker, task, lease, outcome: 'confirmed' },
      ...{ ...this.spent(), ...line },
    });
  }

  /** From add to ack. */
  whole(task: number, worker = 'w1'): this {
    return this.add(task).fetch(task, worker).ack(task, worker);
  }

  recovered(task: number): this {
    const index = this.indices.get(task) ?? 0;
    return this.row({ index, type: 'Recovered', lease: this.leaseOf(task), at: this.wallMs });
  }

  leaseOf = (task: number): string => this.leases.get(task) ?? '99.1.1';

  passes(ms: number): this {
    this.wallMs += ms;
    this.nowUs += ms * 1000;
    return this;
  }

  rebuilt(): this {
    this.epoch += 1;
    this.version = 0;
    return this;
  }

  plan(...kinds: string[]): this {
    return this.write('nemesis', { op: 'plan', kinds });
  }

  fault(op: 'declared' | 'fired' | 'healed', kind = 'kill', fault = 1): this {
    return this.write('nemesis', { op, kind, fault, wall: this.wallMs });
  }

  row(row: Omit<LogRow, 'op' | 'queue' | 'epoch' | 'version'> & Partial<LogRow>): this {
    this.version += 1;
    const { epoch, version, queue } = this;
    this.rows.push({ op: 'row', queue, epoch, version, ...row });
    return this;
  }

  segmentClosed(from: number, to: number): this {
    this.closed.push({ op: 'closed', queue: this.queue, from, to });
    return this;
  }

  drain(over: Partial<Drain> = {}): this {
    const healed = this.nowUs;
    return this.write('drain', {
      ...{ op: 'drain', healed, end: healed + 1000, withinMs: 1000 },
      ...{ redis: 'flushed', service: 'fresh', ...over },
    });
  }

  projection(over: Partial<ProjectionHeld> = {}): this {
    const held = { waiting: 0, leased: 0, differences: 0, ...over };
    return this.write('drain', { op: 'projection', queue: this.queue, ...held });
  }

  /** The clients were killed: their files just stop. */
  killed(): this {
    this.ends = false;
    return this;
  }

  judged(): Promise<Verdict> {
    const text = (lines: readonly object[]): string[] =>
      (this.ends ? [...lines, { op: 'end' }] : lines).map((line) => JSON.stringify(line));
    const rows = [...this.rows].sort(
      (a, b) => a.index - b.index || a.epoch - b.epoch || a.version - b.version,
    );
    return check({
      histories: [...this.files].map(([name, lines]) => ({ name, lines: text(lines) })),
      log: { name: 'log', lines: text([...this.closed, ...rows, { op: 'end' }]) },
    });
  }

  private write(file: string, line: HistoryLine): this {
    this.files.set(file, [...(this.files.get(file) ?? []), line]);
    return this;
  }

  private spent(): { start: number; end: number } {
    const start = this.nowUs + 1;
    this.nowUs += 10;
    return { start, end: this.nowUs };
  }
}

export const run = (): Run => new Run();
/** Ended as a run that can be judged ends. */
export const drained = (told: Run): Run => told.drain().projection();
