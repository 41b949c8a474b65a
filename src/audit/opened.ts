import { KeyUnavailable, QueueError } from '../domain';
import type { QueueAudit } from './createAudit';
import type { AuditRow } from './decoded';
import type { Damage } from './rows';

/**
 * What an owner wrote in a row. One that does not open is told to `damage` and the rest goes on; without
 * a key nothing else would open either, so that rejects.
 */
export async function opened(
  queue: QueueAudit,
  row: AuditRow,
  damage: Damage,
): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await queue.reveal(row);
  } catch (error) {
    if (!(error instanceof QueueError)) throw error;
    if (error instanceof KeyUnavailable && error.data['reason'] !== 'gone') throw error;
    damage({ stored: row.stored, reason: `payload: ${error.message}` });
    return {};
  }
}
