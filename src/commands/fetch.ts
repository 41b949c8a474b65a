import * as E from 'fp-ts/Either';
import type { EventRow, Lease, RecoverBy, Segment, WorkerId } from '../domain';
import { decide, foldTask, Overloaded, segmentOf } from '../domain';
import type { Command } from './effects';
import { append, operate, readTask, rowOf } from './effects';

const FETCH_TRIES_MAX = 8;

export interface Claimant {
  readonly workerId: WorkerId;
  readonly timeToRecoverMs: number;
  readonly recoverBy: RecoverBy;
}

/** A task as it is handed to its worker, still sealed. */
export interface SealedDelivery {
  readonly added: EventRow;
  readonly segment: Segment;
  readonly lease: Lease;
  readonly deliveries: number;
}

/**
 * claim -> read the task (or remember it: rounds/recentAdds.ts) -> decide -> append [Recovered,] Fetched
 * -> the value, or null.
 *
 * A process that dies after the claim leaves a lease that is not in the log, after the append one that
 * is: the same worker gets the task again, or the lease runs out.
 */
export function* fetch(claimant: Claimant): Command<SealedDelivery | null> {
  for (let tries = 0; tries < FETCH_TRIES_MAX; tries++) {
    const { reply: claim, round } = yield* operate({ do: 'claim', ...claimant });
    if (!claim) return null;
    const { lease, recovered, version, first } = claim;
    const { index, leaseId } = lease;

    const rows = yield* readTask(index, first);
    const state = foldTask(rows, round.rewinds);
    const decision = decide(
      { type: 'Fetch', lease, epoch: round.epoch },
      state,
      round.elapsedNow(),
    );
    if (E.isLeft(decision)) {
      switch (decision.left.type) {
        case 'NotAdded':
          yield* operate({ do: 'hole', index, leaseId });
          continue;
        case 'AlreadyAcked':
          yield* operate({ do: 'settle', index });
          continue;
        case 'LeaseOver':
          continue;
      }
    }

    const events = decision.right.map((event) =>
      rowOf(round, index, event.type === 'Recovered' ? recovered : version, event),
    );
    if ((yield* append(events)) === 'moved') continue;
    if (round.elapsedNow() >= lease.leaseUntil) continue; // another worker may have it by now

    const added = rows.find((row) => row.event.type === 'Added');
    if (!added || state.status === 'absent') throw new Error(`Fetched without Added: ${leaseId}`);
    const again = state.status === 'leased' && state.lease.leaseId === leaseId;
    const segment = segmentOf(index, round.segmentSize);
    return { added, segment, lease, deliveries: state.deliveries + (again ? 0 : 1) };
  }
  throw new Overloaded(
    `No task could be handed out in ${String(FETCH_TRIES_MAX)} tries, because each was acked, given up or taken meanwhile. Fetch again.`,
    { retryAfterMs: 100 },
  );
}
