import type { LeaseId, RecordRow, Refused, TaskIndex, TaskState, WorkerId } from '../domain';
import { Epoch, foldTask, Version } from '../domain';
import type { Command } from './effects';
import { operate, readTask } from './effects';

/** A time UUID of the beginning of time: no event has it, and every node gives it to a record of a lease. */
const EVENT_ID = '00000000-0000-1000-8000-000000000000';

/**
 * The record of an ack that named a lease and was answered false: why, as the log has it now. null: no
 * such lease was ever logged, so no worker can have seen it, and nothing is recorded.
 */
export function* refused(leaseId: LeaseId, workerId: WorkerId): Command<RecordRow | null> {
  const [index, epoch, version] = leaseId.split('.').map(Number) as [number, number, number];
  const place = { epoch, version };
  const { reply, round } = yield* operate({ do: 'info', leasesMax: 0 });
  if (index > reply.published || !Epoch.is(place.epoch) || !Version.is(place.version)) return null;

  const rows = yield* readTask(index as TaskIndex);
  const lease = rows.find(({ event }) => event.type === 'Fetched' && event.leaseId === leaseId);
  if (lease?.event.type !== 'Fetched') return null;
  const reason =
    lease.event.workerId === workerId
      ? reasonOf(foldTask(rows, round.rewinds), leaseId)
      : 'OtherWorker';
  return {
    epoch: place.epoch,
    version: place.version,
    eventId: EVENT_ID,
    at: round.now,
    event: { type: 'Refused', v: 1, leaseId, workerId, reason },
  };
}

function reasonOf(state: TaskState, leaseId: LeaseId): Refused['reason'] {
  switch (state.status) {
    case 'absent':
    case 'waiting':
      return 'TakenBack';
    case 'acked':
      return 'TaskAcked';
    case 'leased':
      return state.lease.leaseId === leaseId ? 'NotHeld' : 'WithAnother';
  }
}
