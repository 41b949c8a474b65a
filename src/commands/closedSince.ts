import type { Log, QueueId, SegmentRow } from '../domain';

/** When a segment was closed; of one closed by a release that did not note it, its last event. */
export async function closedSince(
  log: Log,
  queue: QueueId,
  { segment, closedAt }: SegmentRow,
): Promise<number> {
  if (closedAt !== null) return closedAt;
  let newest = 0;
  for await (const rows of log.scan(queue, segment)) {
    for (const { at } of rows) newest = Math.max(newest, at);
  }
  return newest;
}
