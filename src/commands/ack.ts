import * as E from 'fp-ts/Either';
import type {
  EventRow,
  Held,
  LeaseId,
  QueueId,
  Sealer,
  Segment,
  TaskIndex,
  WorkerId,
} from '../domain';
import { decide, foldTask, OutcomeUnknown, segmentOf } from '../domain';
import type { Command, RoundContext } from './effects';
import { append, MOVED, operate, outside, readTask, rowOf } from './effects';

export interface Acknowledgement {
  readonly workerId: WorkerId;
  /** null: the task the worker holds now, whichever that is. */
  readonly leaseId: LeaseId | null;
  /** Present if there is a result or an error to seal. */
  readonly sealable: { readonly sealer: Sealer; readonly fields: Record<string, Buffer> } | null;
  /** Called if the task carries a token, with its Added row and that row's segment. */
  readonly completed: (added: EventRow, segment: Segment) => Promise<unknown>;
}

const ACK_TRIES_MAX = 8;

/**
 * holding -> [read, activity.completed, holding again ->] append Acked -> settle -> true; nothing
 * held -> false.
 *
 * A process that dies after the append leaves a lease on an acked task: the next decision on it sees
 * the ack in the log and settles it.
 */
export function* ack(queue: QueueId, request: Acknowledgement): Command<boolean> {
  let { leaseId } = request;
  let asked = false;
  for (let tries = 0; tries < ACK_TRIES_MAX; tries++) {
    let { reply: held, round } = yield* operate({
      do: 'holding',
      workerId: request.workerId,
      leaseId,
    });
    if (!held) return false;
    leaseId = held.lease.leaseId; // from here on this lease is meant, in newer epochs as well
    const { index } = held.lease;

    if (held.tokens && !asked) {
      const rows = yield* readTask(index);
      const added = rows.find(({ event }) => event.type === 'Added');
      if (added?.event.type === 'Added' && added.event.token) {
        if (foldTask(rows, round.rewinds).status === 'acked') {
          if (yield* settle(index)) return true;
          continue;
        }
        const segment = segmentOf(index, round.segmentSize);
        yield* outside(() => request.completed(added, segment));
        asked = true;
        ({ reply: held, round } = yield* operate({
          do: 'holding',
          workerId: request.workerId,
          leaseId,
        }));
        if (!held) return false;
      }
    }

    const acked = ackedRow(queue, request, held, round);
    const appended = yield* append([acked]);
    try {
      if (appended === 'moved' && !(yield* isAcked(index))) continue;
      if (yield* settle(index)) return true;
    } catch (cause) {
      throw unknown(leaseId, cause); // the ack may be in the log
    }
  }
  throw new OutcomeUnknown(
    'The queue was rebuilt or rewound each time the ack was decided. Ack again.',
    { leaseId },
  );
}

const unknown = (leaseId: LeaseId, cause: unknown): OutcomeUnknown =>
  new OutcomeUnknown(
    'The ack may be in the log, but the projection could not be told. Ack again.',
    { leaseId },
    cause,
  );

function ackedRow(
  queue: QueueId,
  { workerId, sealable }: Acknowledgement,
  { lease, version }: Held,
  round: RoundContext,
): EventRow {
  const { index, leaseId } = lease;
  const held = { ...lease, epoch: round.epoch, version };
  const decision = decide(
    { type: 'Ack', leaseId, workerId },
    { status: 'leased', deliveries: 1, lease: held },
    round.now,
  );
  const event = E.isRight(decision) ? decision.right[0] : undefined;
  if (!event) throw new Error(`an Ack of a held lease was refused: ${leaseId}`);
  if (!sealable) return rowOf(round, index, version, event);
  const { sealer, fields } = sealable;
  const segment = segmentOf(index, round.segmentSize);
  const payload = sealer.seal({ ...queue, segment, index, type: 'Acked', leaseId }, fields);
  return rowOf(round, index, version, event, { keyId: sealer.keyId, payload });
}

/** False: the queue was rewound over the task meanwhile, so the ack must be decided again. */
function* settle(index: TaskIndex): Command<boolean> {
  for (;;) {
    const { reply } = yield* operate({ do: 'settle', index });
    if (reply !== MOVED) return true;
    if (!(yield* isAcked(index))) return false;
  }
}

/** What the log says in the epoch of the present round: an ack of an older epoch counts unless rewound. */
function* isAcked(index: TaskIndex): Command<boolean> {
  const { round } = yield* operate({ do: 'info', leasesMax: 0 });
  return foldTask(yield* readTask(index), round.rewinds).status === 'acked';
}
