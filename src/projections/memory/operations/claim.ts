import type { Claim, Operation, TaskIndex } from '../../../domain';
import { leaseIdOf } from '../../../domain';
import { nextIndex } from '../blocked';
import type { HeldLease } from '../heldLease';
import type { LiveQueue } from '../liveQueue';
import { nextVersion } from '../liveQueue';

type Wish = Extract<Operation, { do: 'claim' }>;

export function claim(queue: LiveQueue, wish: Wish, now: number): Claim | null {
  const own = queue.leases.ofWorker(wish.workerId);
  if (own && !ownRanOut(queue, own, wish, now)) return holdAgain(queue, own);
  if (own) queue.leases.end(own);
  const again = own?.lease.index ?? takeOver(queue, wish, now) ?? takeReturned(queue);
  const index = again ?? takeNext(queue);
  return index === undefined ? null : leaseTo(queue, index, wish, now, again === undefined);
}

function ownRanOut(
  queue: LiveQueue,
  { lease, askedIn }: HeldLease,
  { recoverBy, timeToRecoverMs }: Wish,
  now: number,
): boolean {
  if (askedIn === queue.round) return false;
  if (lease.leaseUntil <= now) return true;
  return recoverBy === 'caller' && lease.fetchedAt + timeToRecoverMs <= now;
}

function holdAgain(queue: LiveQueue, { lease }: HeldLease): Claim {
  const recovered = nextVersion(queue);
  return { lease, recovered, version: nextVersion(queue), first: false };
}

function takeOver(queue: LiveQueue, { recoverBy, timeToRecoverMs }: Wish, now: number) {
  const { leases, round } = queue;
  const held =
    recoverBy === 'lease'
      ? leases.byLeaseUntil.oldest(now, round)
      : leases.byFetchedAt.oldest(now - timeToRecoverMs, round);
  if (held) leases.end(held);
  return held?.lease.index;
}

function takeReturned({ returned }: LiveQueue): TaskIndex | undefined {
  const index = returned.first as TaskIndex | undefined;
  if (index !== undefined) returned.remove(index);
  return index;
}

function takeNext(queue: LiveQueue): TaskIndex | undefined {
  const index = nextIndex(queue);
  if (index > queue.published) return undefined;
  if (index > queue.fetched + 1) queue.blocked.remove(queue.fetched + 1, index);
  queue.fetched = index;
  return index;
}

function leaseTo(
  queue: LiveQueue,
  index: TaskIndex,
  wish: Wish,
  now: number,
  first: boolean,
): Claim {
  const recovered = nextVersion(queue);
  const version = nextVersion(queue);
  const lease = {
    index,
    leaseId: leaseIdOf(index, queue.epoch, version),
    workerId: wish.workerId,
    fetchedAt: now,
    leaseUntil: now + wish.timeToRecoverMs,
  };
  queue.leases.take(lease, queue.round);
  return { lease, recovered, version, first };
}
