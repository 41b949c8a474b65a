import type { AuditRow } from './decoded';

/** A row as it is told, in the order of its columns. */
export function told({ stored, event, task }: AuditRow): Readonly<Record<string, unknown>> {
  const { type, v, ...fields } = event;
  const { at, epoch, version, eventId, keyId } = stored;
  return {
    at: new Date(at).toISOString(),
    epoch,
    version,
    task,
    type,
    v,
    ...fields,
    keyId,
    eventId,
  };
}
