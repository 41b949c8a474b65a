import type { Operation, QueueInfo } from '../../domain';

const NO_TASKS: QueueInfo = {
  published: 0,
  fetched: 0,
  counts: { waiting: 0, leased: 0, returned: 0, pending: 0, gaps: 0 },
  leases: [],
};

/** What an operation on a queue that does not exist answers: nothing to hold, to claim or to count. */
export function absentReply({ do: kind }: Operation): unknown {
  switch (kind) {
    case 'info':
      return NO_TASKS;
    case 'expired':
    case 'stalePending':
    case 'closable':
      return [];
    default:
      return null;
  }
}
