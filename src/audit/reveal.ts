import type { Place, QueueId, ValueCodec, Vault } from '../domain';
import { segmentOf } from '../domain';
import type { AuditRow } from './decoded';

export interface Opening {
  readonly vault: Pick<Vault, 'open'>;
  readonly values: Pick<ValueCodec, 'decode'>;
  readonly fieldNames: (payload: Buffer) => readonly string[];
}

/** The fields that an owner wrote. Rejects with KeyUnavailable or PayloadUnreadable. */
export async function reveal(
  { vault, values, fieldNames }: Opening,
  queue: QueueId,
  segmentSize: number,
  { stored, event, task }: AuditRow,
): Promise<Readonly<Record<string, unknown>>> {
  const { keyId, payload } = stored;
  if (keyId === null || payload === null || task === null) return {};
  if (event.type !== 'Added' && event.type !== 'Acked') return {};
  const place: Place = {
    ...queue,
    segment: segmentOf(task, segmentSize),
    index: task,
    type: event.type,
    leaseId: event.type === 'Acked' ? event.leaseId : '',
  };
  const opened: Record<string, unknown> = {};
  for (const name of fieldNames(payload)) {
    opened[name] = values.decode(await vault.open(place, keyId, payload, name));
  }
  return opened;
}
