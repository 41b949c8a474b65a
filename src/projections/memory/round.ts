import type { Operation, Reply, Round } from '../../domain';
import { tick } from './leaseClock';
import type { LiveQueue } from './liveQueue';
import {
  claim,
  closable,
  closeSegment,
  expired,
  extend,
  hole,
  holding,
  info,
  markGap,
  publish,
  reserve,
  returned,
  settle,
  stalePending,
} from './operations';
import { tellToClaimSegment } from './tellToClaimSegment';

export function applyRound<Ops extends readonly Operation[]>(
  queue: LiveQueue,
  operations: Ops,
  time: number,
): Round<Ops> {
  const now = tick(queue.clock, time);
  queue.round += 1;
  const replies = operations.map((operation) => apply(queue, operation, now));
  queue.leases.endRound();
  return {
    type: 'round',
    now,
    replies: replies as Round<Ops>['replies'],
    claimedTo: queue.claimedTo,
    claimSegment: tellToClaimSegment(queue, now, wantsIndex(operations, replies)),
  };
}

const wantsIndex = (operations: readonly Operation[], replies: readonly Reply[]): boolean =>
  operations.some((operation, i) => operation.do === 'reserve' && replies[i] === null);

function apply(queue: LiveQueue, operation: Operation, now: number): Reply {
  switch (operation.do) {
    case 'publish':
      return publish(queue, operation);
    case 'settle':
      return settle(queue, operation);
    case 'returned':
      return returned(queue, operation);
    case 'hole':
      return hole(queue, operation);
    case 'markGap':
      return markGap(queue, operation);
    case 'extend':
      return extend(queue, operation);
    case 'closeSegment':
      return closeSegment(queue, operation);
    case 'holding':
      return holding(queue, operation);
    case 'claim':
      return claim(queue, operation, now);
    case 'reserve':
      return reserve(queue, now);
    case 'expired':
      return expired(queue, operation, now);
    case 'stalePending':
      return stalePending(queue, operation, now);
    case 'closable':
      return closable(queue, operation);
    case 'info':
      return info(queue, operation);
  }
}
