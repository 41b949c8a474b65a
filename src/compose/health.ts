import { withDeadline } from '../commands/rounds/deadline';
import type { Log, Projection, QueueId } from '../domain';

/** Whether a part of the queue answers; if not, why. */
export type PartHealth = { readonly ok: true } | { readonly ok: false; readonly reason: string };

export interface Health {
  readonly log: PartHealth;
  readonly projection: PartHealth;
}

/** There need not be such a queue: that the question is answered is what counts. */
const PROBED = { ownerId: 'health', serviceId: 'health' } as QueueId;
const ANSWER_WITHIN_MS = 2_000;
const KEPT_MS = 1_000;

/** Asks both, at most once a second however many want to know. */
export function healthOf(
  log: Pick<Log, 'head'>,
  projection: Pick<Projection, 'identity'>,
  monotonic: () => number,
): () => Promise<Health> {
  let asked: { readonly atMs: number; readonly health: Promise<Health> } | undefined;
  const ask = async (): Promise<Health> => {
    const [ofLog, ofProjection] = await Promise.all([
      answers(() => log.head(PROBED)),
      answers(() => projection.identity(PROBED)),
    ]);
    return { log: ofLog, projection: ofProjection };
  };
  return () => {
    const now = monotonic();
    if (!asked || now - asked.atMs >= KEPT_MS) asked = { atMs: now, health: ask() };
    return asked.health;
  };
}

async function answers(question: () => Promise<unknown>): Promise<PartHealth> {
  const tooLate = (): Error => new Error(`No answer within ${String(ANSWER_WITHIN_MS)} ms`);
  try {
    await withDeadline(ANSWER_WITHIN_MS, question(), tooLate);
    return { ok: true };
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  }
}
