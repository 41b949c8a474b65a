import type { EventRow } from './events';
import type { Head, SegmentRow } from './head';
import type { Segment } from './ids';
import { segmentEnd, segmentOf, segmentStart } from './ids';
import type { QueueState } from './queue';
import type { IndexRange } from './ranges';
import { RangeSet } from './ranges';
import type { Lease, LoggedLease, TaskState } from './task';
import { foldTask } from './task';

/** What a difference is about: tasks `from` to `to`, one segment, or a number of the whole queue. */
export type Subject =
  | 'task'
  | 'segment'
  | 'state'
  | 'segmentSize'
  | 'claimedTo'
  | 'allocated'
  | 'published'
  | 'fetched'
  | 'version'
  | 'tokens'
  | 'clock';

export interface Difference {
  readonly subject: Subject;
  /** Of tasks and segments; null for what is said of the queue. */
  readonly from: number | null;
  readonly to: number | null;
  readonly log: string;
  readonly projection: string;
  /** Why nothing can come of it, and the next decision ends it; null: it has to be repaired. */
  readonly benign: string | null;
}

/** The highest of what was read; within an epoch the projection has at least this from then on. */
export interface Seen {
  readonly added: number;
  readonly fetched: number;
  readonly version: number;
  readonly at: number;
  readonly tokens: boolean;
}

export interface Comparison {
  /** What is to be read of the log, in any order. */
  readonly segments: readonly Segment[];
  /** Rows of one of the segments, in order of (index, epoch, version). */
  take(rows: readonly EventRow[]): void;
  /** Of this segment not everything could be read: what no row was seen of is not judged. */
  unreadable(segment: Segment): void;
  end(): Compared;
}

export interface Compared {
  /** At most DIFFERENCES_MAX. */
  readonly differences: readonly Difference[];
  /** All there are. */
  readonly count: number;
  /** Of those, the ones that are not benign. */
  readonly harmful: number;
  /** The tasks among them. */
  readonly suspects: RangeSet;
  readonly seen: Seen;
  /** Only a comparison of everything can tell whether this is still so. */
  readonly needsAll: boolean;
  readonly tasks: number;
}

interface Again {
  /** Only these tasks are judged. */
  readonly only: RangeSet;
  /** By the comparison before: what is read now may be newer than the snapshot. */
  readonly seen: Seen;
}

/** Beyond, they are only counted. */
export const DIFFERENCES_MAX = 1000;

const NOTHING_SEEN: Seen = { added: 0, fetched: 0, version: 0, at: 0, tokens: false };

/** Where an index stands in a projection. */
type Place =
  | { readonly at: 'leased'; readonly lease: Lease }
  | { readonly at: 'waiting' | 'pending' | 'gap' | 'unreserved' | 'nowhere' };

/**
 * Compares what the log says of each task in the open segments with what a projection holds. `live` was
 * taken before `segments` and the rows were read: what was decided in between looks like a difference,
 * and is gone when the suspects are compared again with a later snapshot.
 *
 * It is said task by task, not field by field: after a rewind or a rebuild the same tasks may wait as
 * returned ones or above FETCHED, and what a worker can be given is what counts.
 */
export function compareQueue(
  head: Head,
  segments: readonly SegmentRow[],
  live: QueueState | null,
  again: Again | null = null,
): Comparison {
  const { segmentSize } = head;
  const found = new Findings();
  let { added, fetched, version, at, tokens } = again?.seen ?? NOTHING_SEEN;
  let tasks = 0;
  let task: EventRow[] = [];
  let isWhole = again === null;
  let needsAll = false;

  if (live?.epoch !== head.epoch || live.segmentSize !== segmentSize) {
    found.queue('state', `epoch ${String(head.epoch)}`, stateText(live));
    return {
      segments: [],
      take: () => undefined,
      unreadable: () => undefined,
      end: () => ({ ...found.all(), seen: NOTHING_SEEN, needsAll: true, tasks: 0 }),
    };
  }

  const place = placesIn(live);
  const known = new Set(live.known);
  const open = segments.filter(({ status }) => status === 'open').map(({ segment }) => segment);
  const judged = open.filter((segment) => known.has(segment));
  const holes = new RangeSet(
    judged.map((s) => ({ from: segmentStart(s, segmentSize), to: segmentEnd(s, segmentSize) })),
  );
  const isAsked = (index: number): boolean => again === null || again.only.has(index);

  const endTask = (): void => {
    const index = task[0]?.index;
    if (index === undefined) return;
    const state = foldTask(task, head.rewinds);
    task = [];
    if (state.status === 'absent') return;
    holes.remove(index);
    tasks += 1;
    const where = place(index);
    // An Added under a gap did not happen; of one that is pending nobody was told yet.
    if (where.at === 'gap' || where.at === 'pending') {
      if (isAsked(index)) judge(index, state, where);
      return;
    }
    if (again === null) {
      added = Math.max(added, index);
      if (state.status !== 'waiting' || state.returned) fetched = Math.max(fetched, index);
    }
    if (known.has(segmentOf(index, segmentSize)) && isAsked(index)) judge(index, state, where);
  };

  const judge = (index: number, state: TaskState, where: Place): void => {
    const verdict = compareTask(state, where, live);
    if (verdict !== null) found.task(index, index, stateOf(state), placeOf(where), verdict.benign);
  };

  return {
    segments: again === null ? open : open.filter((s) => touches(again.only, s, segmentSize)),
    take(rows) {
      for (const row of rows) {
        if (row.index !== task[0]?.index) endTask();
        task.push(row);
        if (again !== null) continue;
        if (row.epoch === live.epoch) version = Math.max(version, row.version);
        at = Math.max(at, row.at);
        if (row.event.type === 'Added' && row.event.token) tokens ||= isPublished(place(row.index));
      }
    },
    unreadable(segment) {
      task = [];
      isWhole = false;
      holes.remove(segmentStart(segment, segmentSize), segmentEnd(segment, segmentSize));
    },
    end() {
      endTask();
      judgeHoles();
      judgeEnded();
      judgeNumbers();
      return { ...found.all(), seen: { added, fetched, version, at, tokens }, needsAll, tasks };
    },
  };

  /** An index without Added is pending or a gap: its add may still come, or never will. */
  function judgeHoles(): void {
    const { allocated, pending, gaps } = live as QueueState;
    const missing = new RangeSet(holes.within(1, allocated));
    for (const { from, to } of [...pending, ...gaps]) missing.remove(from, to);
    for (const run of missing.toArray()) {
      for (const { from, to } of samePlace(run)) {
        const asked = again === null ? [{ from, to }] : again.only.within(from, to);
        for (const part of asked)
          found.task(part.from, part.to, 'no Added', placeOf(place(part.from)), null);
      }
    }
  }

  /** Cut where a range of the projection begins or ends; a lease stands alone. */
  function samePlace(run: IndexRange): IndexRange[] {
    const { leases, returned, published, fetched: last } = live as QueueState;
    const cuts = new Set<number>([run.from, run.to + 1, last + 1, published + 1]);
    for (const { index } of leases) cuts.add(index).add(index + 1);
    for (const { from, to } of returned) cuts.add(from).add(to + 1);
    const within = [...cuts].filter((cut) => cut >= run.from && cut <= run.to + 1);
    within.sort((a, b) => a - b);
    return within.slice(1).map((cut, i) => ({ from: within[i] as number, to: cut - 1 }));
  }

  /** What the projection holds of segments that the log has closed, or does not have. */
  function judgeEnded(): void {
    const { leases, returned, pending, claimedTo } = live as QueueState;
    const statuses = new Map(segments.map(({ segment, status }) => [segment, status]));
    for (const segment of open) {
      if (known.has(segment) || segmentEnd(segment, segmentSize) > claimedTo) continue;
      found.segment(segment, 'open', 'not known', null);
    }
    for (const segment of known) {
      const status = statuses.get(segment);
      if (status === undefined) found.segment(segment, 'not claimed', 'known', null);
    }
    const isOpen = (index: number): boolean =>
      statuses.get(segmentOf(index, segmentSize)) === 'open';
    const ended = 'in a closed segment';
    for (const lease of leases) {
      const { index } = lease;
      if (!isOpen(index) && isAsked(index))
        found.task(index, index, ended, placeOf({ at: 'leased', lease }), LAZY);
    }
    for (const [ranges, word] of [
      [returned, 'waiting'],
      [pending, 'pending'],
    ] as const) {
      for (const { from, to } of ranges) {
        const first = segmentOf(from, segmentSize);
        for (let s = first; s <= segmentOf(to, segmentSize); s = (s + 1) as Segment) {
          if (statuses.get(s) === 'open') continue;
          const part = {
            from: Math.max(from, segmentStart(s, segmentSize)),
            to: Math.min(to, segmentEnd(s, segmentSize)),
          };
          for (const asked of again === null ? [part] : again.only.within(part.from, part.to))
            found.task(asked.from, asked.to, ended, word, word === 'waiting' ? LAZY : null);
        }
      }
    }
  }

  function judgeNumbers(): void {
    const { claimedTo, allocated, published, fetched: last, clock } = live as QueueState;
    const lastEnded = segments.reduce((max, { lastAdded }) => Math.max(max, lastAdded), 0);
    const highest = Math.max(added, lastEnded);
    if (claimedTo > head.claimedTo)
      found.queue('claimedTo', String(head.claimedTo), String(claimedTo));
    if (allocated > claimedTo)
      found.queue('allocated', `claimed up to ${String(head.claimedTo)}`, String(allocated));
    if (allocated < highest)
      found.queue('allocated', `${String(highest)} was added`, String(allocated));
    needsAll = isWhole && published > highest;
    if (published < highest || needsAll)
      found.queue('published', `${String(highest)} was added`, String(published));
    // A rewind sets it back.
    if (head.rewinds.length === 0 && last < fetched)
      found.queue('fetched', `${String(fetched)} was handed out`, String(last));
    if ((live as QueueState).version < version)
      found.queue('version', String(version), String((live as QueueState).version));
    if (clock < at) found.queue('clock', String(at), String(clock));
    if (tokens && !(live as QueueState).tokens)
      found.queue('tokens', 'a task carries one', 'none does');
  }
}

const LAZY = 'it is acked: the next decision on it sees that in the log';
const NOT_LOGGED = 'its Fetched is not in the log, so no worker has seen it';
const NOT_TOLD = 'its add is not confirmed yet: the sweep publishes it';
const NO_ADD = 'the index had been given up: its add ended in OutcomeUnknown';
const RAN_OUT = 'the lease has run out: the next claim takes the task either way';

/** null: they say the same. */
function compareTask(
  state: TaskState,
  where: Place,
  live: QueueState,
): { readonly benign: string | null } | null {
  if (where.at === 'unreserved') return null; // ALLOCATED is too low: said once, of the queue
  switch (state.status) {
    case 'absent':
      return null; // a hole, judged as such
    case 'acked':
      if (where.at === 'nowhere' || where.at === 'gap') return null;
      return { benign: where.at === 'leased' || where.at === 'waiting' ? LAZY : null };
    case 'waiting':
      if (where.at === 'waiting') return null;
      if (where.at === 'leased') return { benign: NOT_LOGGED };
      if (where.at === 'gap') return { benign: NO_ADD };
      return { benign: where.at === 'pending' ? NOT_TOLD : null };
    case 'leased':
      return compareLease(state.lease, where, live);
  }
}

function compareLease(
  logged: LoggedLease,
  where: Place,
  { leases, clock }: QueueState,
): { readonly benign: string | null } | null {
  if (where.at === 'leased') {
    const { lease } = where;
    if (lease.leaseId !== logged.leaseId)
      return { benign: isNewer(lease, logged) ? NOT_LOGGED : null };
    const same = lease.workerId === logged.workerId && lease.leaseUntil === logged.leaseUntil;
    return same && lease.fetchedAt === logged.fetchedAt ? null : { benign: null };
  }
  if (where.at !== 'waiting') return { benign: null };
  // Two logged leases of one worker: the newest counts, the task of the other waits.
  const other = leases.find(({ workerId }) => workerId === logged.workerId);
  if (other) return null;
  return { benign: logged.leaseUntil <= clock ? RAN_OUT : null };
}

/** By (epoch, version) in their ids. */
function isNewer({ leaseId: a }: Lease, { leaseId: b }: Lease): boolean {
  const [, epochA = 0, versionA = 0] = a.split('.').map(Number);
  const [, epochB = 0, versionB = 0] = b.split('.').map(Number);
  return epochA > epochB || (epochA === epochB && versionA > versionB);
}

function placesIn(live: QueueState): (index: number) => Place {
  const leases = new Map<number, Lease>(live.leases.map((lease) => [lease.index, lease]));
  const gaps = new RangeSet(live.gaps);
  const pending = new RangeSet(live.pending);
  const returned = new RangeSet(live.returned);
  return (index) => {
    const lease = leases.get(index);
    if (lease) return { at: 'leased', lease };
    if (gaps.has(index)) return { at: 'gap' };
    if (pending.has(index)) return { at: 'pending' };
    if (returned.has(index)) return { at: 'waiting' };
    if (index > live.allocated) return { at: 'unreserved' };
    return { at: index > live.fetched && index <= live.published ? 'waiting' : 'nowhere' };
  };
}

const isPublished = ({ at }: Place): boolean => at !== 'gap' && at !== 'pending';

const touches = (only: RangeSet, segment: Segment, segmentSize: number): boolean =>
  only.within(segmentStart(segment, segmentSize), segmentEnd(segment, segmentSize)).length > 0;

function stateText(live: QueueState | null): string {
  if (live === null) return 'nothing that can be used';
  return `epoch ${String(live.epoch)}, segments of ${String(live.segmentSize)}`;
}

const leaseText = ({ leaseId, workerId, leaseUntil }: Lease): string =>
  `leased to ${JSON.stringify(workerId)} until ${new Date(leaseUntil).toISOString()} (${leaseId})`;

const stateOf = (state: TaskState): string =>
  state.status === 'leased' ? leaseText(state.lease) : state.status;

const PLACES: Readonly<Record<Exclude<Place['at'], 'leased'>, string>> = {
  waiting: 'waiting',
  pending: 'pending',
  gap: 'a gap',
  unreserved: 'not reserved',
  nowhere: 'neither waiting nor leased',
};
const placeOf = (where: Place): string =>
  where.at === 'leased' ? leaseText(where.lease) : PLACES[where.at];

class Findings {
  private readonly differences: Difference[] = [];
  private readonly suspects = new RangeSet();
  private count = 0;
  private harmful = 0;

  task(from: number, to: number, log: string, projection: string, benign: string | null): void {
    this.suspects.add(from, to);
    this.note({ subject: 'task', from, to, log, projection, benign });
  }

  segment(segment: Segment, log: string, projection: string, benign: string | null): void {
    this.note({ subject: 'segment', from: segment, to: segment, log, projection, benign });
  }

  queue(subject: Subject, log: string, projection: string): void {
    this.note({ subject, from: null, to: null, log, projection, benign: null });
  }

  all(): Omit<Compared, 'seen' | 'needsAll' | 'tasks'> {
    const { differences, count, harmful, suspects } = this;
    return { differences, count, harmful, suspects };
  }

  private note(difference: Difference): void {
    this.count += 1;
    if (difference.benign === null) this.harmful += 1;
    if (this.differences.length < DIFFERENCES_MAX) this.differences.push(difference);
  }
}
