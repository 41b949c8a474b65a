import { KeyUnavailable, QueueError } from '../domain';
import type { QueueAudit } from './createAudit';
import type { AuditRow } from './decoded';

/**
 * What an owner wrote in a row. One that does not open is told to `damaged` and the rest goes on; without
 * a key nothing else would open either, so that rejects.
 */
export async function opened(
  queue: QueueAudit,
  row: AuditRow,
  damaged: (reason: string) => void,
): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await queue.reveal(row);
  } catch (error) {
    if (!(error instanceof QueueError)) throw error;
    if (error instanceof KeyUnavailable && error.data['reason'] !== 'gone') throw error;
    damaged(`payload: ${error.message}`);
    return {};
  }
}
