import type { Head, QueueId, SegmentSealer, SegmentRow, StoredSeal } from '../domain';
import { closedSince } from './closedSince';
import { SealedSoFar } from './sealedSoFar';
import type { Ports } from './settings';

export interface SealSettings {
  readonly sealer: SegmentSealer;
  /** A segment is sealed so long after it was closed: rows may come late until then. */
  readonly afterMs: number;
  /** Segments in one call. */
  readonly max: number;
}

/**
 * closed segments without a seal of this closing, lowest first -> read as stored -> signed -> written, if
 * the newest seal is still the one it is chained to. Answers how many were sealed.
 *
 * A process that dies on the way leaves nothing, or a seal. Of two that seal at once one comes too late
 * and stops; the next run goes on.
 */
export async function sealSegments(
  { log, projection }: Pick<Ports, 'log' | 'projection'>,
  queue: QueueId,
  { sealer, afterMs, max }: SealSettings,
  soFar = new SealedSoFar(log),
): Promise<number> {
  const head = await log.head(queue);
  if (!head) return 0;
  const closed = (await log.segments(queue)).filter(({ status }) => status === 'closed');
  if (closed.length === 0) return 0;
  const { now } = await projection.identity(queue);
  const { newest, closings } = await soFar.of(queue, closed);
  let before = newest;
  let sealed = 0;
  for (const row of closed) {
    if (closings.get(row.segment) === row.closedAt) continue;
    if (sealed >= max) break;
    if (now - (await closedSince(log, queue, row)) < afterMs) continue;
    before = await sealOne({ log, sealer }, queue, head, row, before, now);
    if (before === null) break;
    sealed++;
  }
  return sealed;
}

/** null: the queue moved on, or another sealed. */
async function sealOne(
  { log, sealer }: Pick<Ports, 'log'> & Pick<SealSettings, 'sealer'>,
  queue: QueueId,
  { epoch }: Head,
  { segment, closedAt }: SegmentRow,
  before: StoredSeal | null,
  sealedAt: number,
): Promise<StoredSeal | null> {
  const underWay = sealer.begin();
  for await (const rows of log.stored(queue, { segment, task: null, payloads: true }))
    underWay.take(rows);
  // A rewind meanwhile opened it again, a drop took its rows.
  if ((await log.confirm(queue, epoch)).type !== 'confirmed') return null;
  const now = (await log.segments(queue)).find((row) => row.segment === segment);
  if (now?.status !== 'closed') return null;
  const { seal, list } = underWay.end({ queue, segment, epoch, closedAt, sealedAt, before });
  return (await log.writeSeal(queue, seal, list)) ? seal : null;
}
