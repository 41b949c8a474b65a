import type { Confirmation, Epoch, EventRow, Log, QueueId, Segment, TaskIndex } from '../../domain';
import { queueKey, segmentOf, toRanges } from '../../domain';
import type { CallPort } from './deadline';
import type { RecentAdds } from './recentAdds';
import type { Running } from './running';

/** What the commands of one round do on the log: one read of all their tasks, one append per segment. */
export class LogCalls {
  private readonly key: string;

  constructor(
    private readonly log: Log,
    private readonly queue: QueueId,
    private readonly call: CallPort,
    private readonly recent: RecentAdds,
  ) {
    this.key = queueKey(queue);
  }

  /** Answers commands that wait for a read. */
  async read(commands: readonly Running[], epoch: Epoch): Promise<void> {
    const reading = commands.filter((running) => !this.answeredFromMemory(running, epoch));
    if (reading.length > 0) await this.readTogether(reading);
  }

  /** True: it was the first claim of a task that this node has added in this epoch. */
  private answeredFromMemory(running: Running, epoch: Epoch): boolean {
    const { effect } = running;
    if (effect.type !== 'read' || !effect.first) return false;
    const [index] = effect.indices;
    const added = index && this.recent.take(this.key, index, epoch);
    if (!added) return false;
    running.answer(new Map([[index, [added]]]));
    return true;
  }

  private async readTogether(commands: readonly Running[]): Promise<void> {
    const indices = new Set<TaskIndex>();
    for (const { effect } of commands) {
      if (effect.type === 'read') for (const index of effect.indices) indices.add(index);
    }
    const ranges = toRanges([...indices].sort((a, b) => a - b));
    try {
      const rows = await this.call('read', this.log.read(this.queue, ranges));
      const tasks = new Map<TaskIndex, EventRow[]>();
      for (const row of rows) push(tasks, row.index, row);
      for (const running of commands) running.answer(tasks);
    } catch (error) {
      for (const running of commands) running.fail(error);
    }
  }

  /**
   * Answers commands that wait for an append, each by what became of its own rows. True: some of them
   * was moved to a newer epoch.
   */
  async append(commands: readonly Running[], epoch: Epoch, segmentSize: number): Promise<boolean> {
    const batches = new Map<Segment, EventRow[]>();
    let isAsked = false;
    for (const running of commands) {
      const rows = rowsOf(running);
      for (const row of rows) push(batches, segmentOf(row.index, segmentSize), row);
      isAsked ||= rows.length === 0;
    }
    const [outcomes, standing] = await Promise.all([
      batches.size > 0 ? this.appendBatches(epoch, [...batches.values()]) : [],
      isAsked ? this.confirm(epoch) : NO_OUTCOME,
    ]);
    const bySegment = new Map([...batches.keys()].map((segment, i) => [segment, outcomes[i]]));

    let moved = false;
    for (const running of commands) {
      const rows = rowsOf(running);
      let outcome = rows.length > 0 ? CONFIRMED : standing;
      for (const { index } of rows) {
        outcome = worse(outcome, bySegment.get(segmentOf(index, segmentSize)) ?? NO_OUTCOME);
      }
      if (outcome.type === 'confirmed') this.remember(rows);
      if (outcome.type === 'failed') running.fail(outcome.error);
      else running.answer(outcome.type);
      moved ||= outcome.type === 'moved';
    }
    return moved;
  }

  private remember(rows: readonly EventRow[]): void {
    for (const row of rows) {
      if (row.event.type === 'Added') this.recent.note(this.key, row);
    }
  }

  private async appendBatches(
    epoch: Epoch,
    batches: readonly EventRow[][],
  ): Promise<readonly Confirmation[]> {
    try {
      return await this.call('append', this.log.append(this.queue, epoch, batches));
    } catch (error) {
      return batches.map(() => ({ type: 'failed', error: error as Error }));
    }
  }

  private async confirm(epoch: Epoch): Promise<Confirmation> {
    try {
      return await this.call('confirm', this.log.confirm(this.queue, epoch));
    } catch (error) {
      return { type: 'failed', error: error as Error };
    }
  }
}

const NO_OUTCOME: Confirmation = {
  type: 'failed',
  error: new Error('the log gave no outcome for a batch'),
};

const CONFIRMED: Confirmation = { type: 'confirmed' };
const GRAVITY = { confirmed: 0, moved: 1, failed: 2 };

/** Of a command whose rows are of several segments: failed before moved before confirmed. */
const worse = (one: Confirmation, other: Confirmation): Confirmation =>
  GRAVITY[other.type] > GRAVITY[one.type] ? other : one;

const rowsOf = ({ effect }: Running): readonly EventRow[] =>
  effect.type === 'append' ? effect.rows : [];

function push<K>(groups: Map<K, EventRow[]>, key: K, row: EventRow): void {
  const group = groups.get(key);
  if (group) group.push(row);
  else groups.set(key, [row]);
}
