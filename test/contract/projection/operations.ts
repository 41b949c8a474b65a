import type { Lease, LeaseId, RecoverBy, Segment, TaskIndex, WorkerId } from '../../../src/domain';

/** Operations as a test says them. */
const index = (n: number): TaskIndex => n as TaskIndex;

export const reserve = { do: 'reserve' } as const;
export const publish = (n: number, token = false) =>
  ({ do: 'publish', index: index(n), token }) as const;
export const settle = (n: number) => ({ do: 'settle', index: index(n) }) as const;
export const returned = ({ index, leaseId }: Pick<Lease, 'index' | 'leaseId'>) =>
  ({ do: 'returned', index, leaseId }) as const;
export const hole = ({ index, leaseId }: Pick<Lease, 'index' | 'leaseId'>) =>
  ({ do: 'hole', index, leaseId }) as const;
export const markGap = (from: number, to = from) =>
  ({ do: 'markGap', range: { from, to } }) as const;
export const extend = (claimedTo: number) => ({ do: 'extend', claimedTo }) as const;
export const closeSegment = (n: number) => ({ do: 'closeSegment', segment: n as Segment }) as const;
export const holding = (workerId: string, leaseId: LeaseId | null = null) =>
  ({ do: 'holding', workerId: workerId as WorkerId, leaseId }) as const;
export const claim = (workerId: string, timeToRecoverMs = 60_000, recoverBy: RecoverBy = 'lease') =>
  ({ do: 'claim', workerId: workerId as WorkerId, timeToRecoverMs, recoverBy }) as const;
export const expired = (max = 10) => ({ do: 'expired', max }) as const;
export const stalePending = (olderThanMs: number, max = 10) =>
  ({ do: 'stalePending', olderThanMs, max }) as const;
export const closable = (max = 10) => ({ do: 'closable', max }) as const;
export const info = (leasesMax = 10) => ({ do: 'info', leasesMax }) as const;
