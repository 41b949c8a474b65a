import type { Epoch, EventRow, TaskIndex } from '../../domain';

/** What a row takes beside its payload, roughly. */
const ROW_BYTES = 500;

/**
 * Tasks that this node has added lately, of all queues, each for the one claim that may do without a read
 * of the log: the first of its index, in the epoch in which it was reserved. Nothing but its Added can
 * have been logged then: in an older epoch there was no such index, and in this one nobody held it. Where
 * it is claimed otherwise or elsewhere, the log is read.
 */
export class RecentAdds {
  private readonly rows = new Map<string, EventRow>();
  private bytes = 0;

  constructor(private readonly bytesMax: number) {}

  /** An Added that is in the log. */
  note(queue: string, row: EventRow): void {
    this.rows.set(keyOf(queue, row.index), row);
    this.bytes += bytesOf(row);
    if (this.bytes > this.bytesMax) this.forgetOldest();
  }

  /** The Added of an index that was claimed for the first time in this epoch, if this node has it. */
  take(queue: string, index: TaskIndex, epoch: Epoch): EventRow | undefined {
    const key = keyOf(queue, index);
    const row = this.rows.get(key);
    if (row) this.forget(key, row);
    return row?.epoch === epoch ? row : undefined;
  }

  /** Many at once: each look for the oldest in a Map passes over all that went before it. */
  private forgetOldest(): void {
    const keptBytes = this.bytesMax * (7 / 8);
    for (const [key, row] of this.rows) {
      if (this.bytes <= keptBytes) return;
      this.forget(key, row);
    }
  }

  private forget(key: string, row: EventRow): void {
    this.rows.delete(key);
    this.bytes -= bytesOf(row);
  }
}

const keyOf = (queue: string, index: TaskIndex): string => `${queue} ${String(index)}`;
const bytesOf = ({ payload }: EventRow): number => ROW_BYTES + (payload?.length ?? 0);
