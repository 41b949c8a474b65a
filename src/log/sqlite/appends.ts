import type { Batch, Confirmation, Epoch, EventRow, QueueId } from '../../domain';
import { encodeEvent } from '../../domain';
import { noSuchQueue } from '../queueNames';
import type { GroupCommit } from './groupCommit';
import type { QueueIds } from './queueIds';
import type { Statements } from './statements';

/** What a row takes beside its payload, roughly. */
const ROW_BYTES = 300;

const confirmed: Confirmation = { type: 'confirmed' };

/**
 * Appends rows if the queue is still in their epoch: the check and the insert are one transaction, so a
 * confirmed row is there before the epoch can be raised, and needs no lease on the epoch.
 */
export class Appends {
  constructor(
    private readonly statements: Statements,
    private readonly queueIds: QueueIds,
    private readonly group: GroupCommit,
  ) {}

  async append(
    queue: QueueId,
    epoch: Epoch,
    batches: readonly Batch[],
  ): Promise<readonly Confirmation[]> {
    if (batches.length === 0) return [this.confirm(queue, epoch)];
    return this.group.submit(bytesOf(batches), () => {
      const confirmation = this.confirm(queue, epoch);
      if (confirmation.type === 'confirmed') this.insert(queue, batches);
      return batches.map(() => confirmation);
    });
  }

  confirm(queue: QueueId, epoch: Epoch): Confirmation {
    const id = this.queueIds.find(queue);
    const current = id === undefined ? undefined : this.statements.epoch.get(id);
    if (current === undefined) return { type: 'failed', error: noSuchQueue(queue) };
    return current === epoch ? confirmed : { type: 'moved', epoch: current as Epoch };
  }

  private insert(queue: QueueId, batches: readonly Batch[]): void {
    const id = this.queueIds.find(queue);
    if (id === undefined) throw noSuchQueue(queue);
    for (const batch of batches) for (const row of batch) this.insertRow(id, row);
  }

  private insertRow(id: number, row: EventRow): void {
    this.statements.insertEvent.run(
      id,
      row.index,
      row.epoch,
      row.version,
      row.eventId,
      row.event.type,
      row.at,
      encodeEvent(row.event),
      row.keyId,
      row.payload,
    );
  }
}

function bytesOf(batches: readonly Batch[]): number {
  let bytes = 0;
  for (const batch of batches) {
    for (const { payload } of batch) bytes += ROW_BYTES + (payload?.length ?? 0);
  }
  return bytes;
}
