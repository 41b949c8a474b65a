import type { Head, QueueId } from '../domain';
import { emptyQueue, OutcomeUnknown } from '../domain';
import type { Ports } from './settings';

/**
 * The first add of a queue: its head in the log, then an empty state in the projection. Only on the
 * server identity that was read before: a server that was replaced meanwhile may lack what another
 * node has already done in epoch 1. Where the state is not opened here, the next round is stale.
 */
export async function createQueue(
  { log, projection, eventId }: Pick<Ports, 'log' | 'projection' | 'eventId'>,
  queue: QueueId,
  segmentSize: number,
): Promise<Head> {
  const { identity, now } = await projection.identity(queue);
  const raisedBy = eventId();
  const head = await createHead();
  if (head.raisedBy === raisedBy) await projection.restore(queue, identity, emptyQueue(head, now));
  return head;

  async function createHead(): Promise<Head> {
    try {
      return (await log.createQueue(queue, { segmentSize, raisedBy })).head;
    } catch (error) {
      const found = error instanceof OutcomeUnknown ? await log.head(queue) : null;
      if (!found) throw error;
      return found;
    }
  }
}
