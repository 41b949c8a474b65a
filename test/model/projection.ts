import type { Rules } from './rules';
import type { Lease, Queue } from './world';
import { including, indicesOf, segmentOf, SEGMENT_SIZE, without } from './world';

/** The operations of the projection; each is atomic (src/projections). */

export function reserve(queue: Queue): { index: number; version: number } | null {
  if (queue.allocated >= queue.claimedTo) return null;
  queue.allocated++;
  queue.pending = including(queue.pending, queue.allocated);
  return { index: queue.allocated, version: ++queue.version };
}

export function extend(queue: Queue, claimedTo: number): void {
  while (queue.claimedTo < claimedTo) {
    queue.claimedTo += SEGMENT_SIZE;
    queue.known = including(queue.known, segmentOf(queue.claimedTo));
  }
}

export function publish(queue: Queue, index: number, rules: Rules): 'OK' | 'VOID' {
  if (queue.pending.includes(index)) {
    queue.pending = without(queue.pending, index);
    if (index <= queue.fetched && rules.keeps('what is published below fetched is returned')) {
      queue.returned = including(queue.returned, index);
    }
  } else if (queue.gaps.includes(index)) {
    if (rules.keeps('publish of a gap is void')) return 'VOID';
    queue.gaps = without(queue.gaps, index);
    if (index <= queue.fetched) queue.returned = including(queue.returned, index);
  } else if (index > queue.allocated) {
    return 'VOID';
  } else if (!isKnown(queue, index) && rules.keeps('publish outside known is void')) {
    return 'VOID';
  } else if (!rules.keeps('publish lists only what was pending') && index <= queue.fetched) {
    queue.returned = including(queue.returned, index);
  }
  queue.published = Math.max(queue.published, index);
  return 'OK';
}

export interface Claim {
  readonly index: number;
  readonly lease: string;
  readonly recovered: number;
  readonly version: number;
  /** It was not leased before. */
  readonly isNew: boolean;
}

/** The task the worker holds, else one whose lease ran out, else a returned one, else the next. */
export function claim(queue: Queue, worker: string, expired: string[], rules: Rules): Claim | null {
  const own = queue.leases.find((lease) => lease.worker === worker);
  if (own && !rules.keeps('a lease that ran out is renewed under a new id')) {
    remove(expired, own.lease);
  }
  if (own && !expired.includes(own.lease)) {
    return { ...own, ...twoVersions(queue), isNew: false };
  }
  const old = own ?? queue.leases.find(({ lease }) => expired.includes(lease));
  if (old) {
    endLease(queue, old);
    return leaseTo(queue, old.index, worker, false);
  }
  const [returned] = queue.returned;
  if (returned !== undefined) {
    queue.returned = without(queue.returned, returned);
    return leaseTo(queue, returned, worker, true);
  }
  const next = nextIndex(queue, rules);
  if (next === undefined) return null;
  queue.fetched = next;
  return leaseTo(queue, next, worker, true);
}

function nextIndex(queue: Queue, rules: Rules): number | undefined {
  const passesPending = rules.keeps('a claim passes over what is pending');
  const last = passesPending ? queue.published : queue.allocated;
  for (let index = queue.fetched + 1; index <= last; index++) {
    if (queue.gaps.includes(index)) continue;
    if (queue.pending.includes(index) && passesPending) continue;
    if (!isKnown(queue, index) && rules.keeps('a claim passes over what is not known')) continue;
    const leased = queue.leases.some((lease) => lease.index === index);
    if (leased && rules.keeps('a claim passes over what is leased')) continue;
    return index;
  }
  return undefined;
}

function leaseTo(queue: Queue, index: number, worker: string, isNew: boolean): Claim {
  const versions = twoVersions(queue);
  const lease = `${index}.${queue.epoch}.${versions.version}`;
  queue.leases = [...queue.leases, { worker, index, lease }].sort(byIndex);
  return { index, lease, ...versions, isNew };
}

const twoVersions = (queue: Queue) => ({ recovered: ++queue.version, version: ++queue.version });
export const byIndex = (a: Lease, b: Lease): number =>
  a.index - b.index || (a.worker < b.worker ? -1 : 1);

export function holding(queue: Queue, worker: string): { held: Lease; version: number } | null {
  const held = queue.leases.find((lease) => lease.worker === worker);
  return held ? { held, version: ++queue.version } : null;
}

export function settle(queue: Queue, index: number, lease: string, rules: Rules): void {
  const byTask = rules.keeps('settle goes by task');
  queue.leases = queue.leases.filter((held) =>
    byTask ? held.index !== index : held.lease !== lease,
  );
  if (byTask) queue.returned = without(queue.returned, index);
}

export function hole(queue: Queue, index: number, lease: string, rules: Rules): void {
  const byLease = rules.keeps('a hole goes by lease');
  const held = queue.leases.find((found) => found.index === index);
  if (byLease && held?.lease !== lease) return;
  if (held) endLease(queue, held);
  queue.gaps = including(queue.gaps, index);
}

export function returned(queue: Queue, index: number, lease: string, rules: Rules): void {
  const held = queue.leases.find((found) => found.index === index);
  if (held?.lease !== lease && rules.keeps('returned goes by lease')) return;
  if (held) endLease(queue, held);
  const below = rules.keeps('a recovered task is returned only below fetched');
  if (index <= queue.fetched || !below) queue.returned = including(queue.returned, index);
}

export function markGap(queue: Queue, index: number, rules: Rules): void {
  const isPending = queue.pending.includes(index);
  if (!isPending && rules.keeps('only what is pending becomes a gap')) return;
  queue.pending = without(queue.pending, index);
  queue.gaps = including(queue.gaps, index);
  if (isPending) return;
  queue.leases = queue.leases.filter((lease) => lease.index !== index);
  queue.returned = without(queue.returned, index);
}

/** The lowest segment in which each index was handed out or is a gap and nothing is under way. */
export function closable(queue: Queue): { segment: number; gaps: number[] } | null {
  for (const segment of queue.known) {
    const indices = indicesOf(segment);
    if (Math.max(...indices) > queue.allocated) return null;
    const busy = [...queue.pending, ...queue.returned, ...queue.leases.map(({ index }) => index)];
    if (indices.some((index) => busy.includes(index))) continue;
    const isDone = (index: number): boolean => index <= queue.fetched || queue.gaps.includes(index);
    if (!indices.every(isDone)) continue;
    return { segment, gaps: indices.filter((index) => queue.gaps.includes(index)) };
  }
  return null;
}

export function closeSegment(queue: Queue, segment: number): void {
  queue.known = without(queue.known, segment);
  queue.gaps = queue.gaps.filter((index) => segmentOf(index) !== segment);
}

/** False: it must be opened by a rebuild. */
export function rewindInPlace(
  queue: Queue,
  to: number,
  last: number,
  reopened: readonly number[],
  rules: Rules,
): boolean {
  const wasKnown = (segment: number): boolean =>
    segment * SEGMENT_SIZE > queue.claimedTo || queue.known.includes(segment);
  if (rules.keeps('a rewind in place needs known segments') && !reopened.every(wasKnown)) {
    return false;
  }
  queue.epoch = to;
  queue.version = 0;
  queue.fetched = Math.min(queue.fetched, last);
  if (rules.keeps('a rewind forgets what is returned')) {
    queue.returned = queue.returned.filter((index) => index <= last);
  }
  if (!rules.keeps('a rewind keeps leases')) {
    queue.leases = queue.leases.filter(({ index }) => index <= last);
  }
  if (rules.keeps('a rewind in place makes segments known')) {
    for (const segment of reopened) queue.known = including(queue.known, segment);
  }
  return true;
}

const isKnown = (queue: Queue, index: number): boolean => queue.known.includes(segmentOf(index));

function remove(list: string[], text: string): void {
  if (list.includes(text)) list.splice(list.indexOf(text), 1);
}

function endLease(queue: Queue, ended: Lease): void {
  queue.leases = queue.leases.filter((lease) => lease !== ended);
}
