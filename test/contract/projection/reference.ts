import assert from 'node:assert/strict';
import type {
  Claim,
  Epoch,
  Held,
  Lease,
  Operation,
  QueueInfo,
  QueueState,
  Reply,
  Round,
  Segment,
  TaskIndex,
  Version,
} from '../../../src/domain';
import { leaseIdOf, segmentEnd, segmentOf, segmentStart, toRanges } from '../../../src/domain';
import { SLACK_MS } from './projectionUnderTest';

const ascending = (a: number, b: number): number => a - b;
const rangesOf = (set: Iterable<number>) => toRanges([...set].sort(ascending));
const members = (ranges: readonly { from: number; to: number }[]): number[] =>
  ranges.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, i) => from + i));

/**
 * The projection as plain sets, each rule in the words of the port and with no thought of speed. It says
 * what a round must answer. Where the port leaves open which of several equals comes first, it takes
 * over what was answered.
 */
export class Reference {
  epoch = 1;
  version = 0;
  claimedTo = 0;
  allocated = 0;
  published = 0;
  fetched = 0;
  tokens = false;
  clock = 0;
  known = new Set<number>();
  pending = new Map<number, number>();
  gaps = new Set<number>();
  returned = new Set<number>();
  leases: Lease[] = [];
  private told: number | null = null;
  private made = new Set<string>();
  private asked = new Set<string>();
  /** How far the server's time went since it was last looked at: in all, and forward only. */
  private passed = { net: 0, forward: 0 };

  constructor(readonly segmentSize: number) {}

  pass(ms: number): void {
    this.passed.net += ms;
    this.passed.forward += Math.max(0, ms);
  }

  /** What was restored, with the clock as it is now. */
  restored(state: QueueState): void {
    const { epoch, version, claimedTo, allocated, published, fetched, tokens, clock } = state;
    Object.assign(this, {
      epoch,
      version,
      claimedTo,
      allocated,
      published,
      fetched,
      tokens,
      clock,
    });
    this.known = new Set(state.known);
    this.pending = new Map(
      state.pending.flatMap((range) => members([range]).map((i) => [i, range.since] as const)),
    );
    this.gaps = new Set(members(state.gaps));
    this.returned = new Set(members(state.returned));
    this.leases = [...state.leases];
    this.told = null;
    this.passed = { net: 0, forward: 0 };
  }

  rewound(to: number, last: number): void {
    this.epoch = to;
    this.version = 0;
    this.fetched = Math.min(this.fetched, last);
    this.told = null;
    for (const index of this.returned) if (index > last) this.returned.delete(index);
  }

  /** Throws unless the round is what it must be. */
  round(operations: readonly Operation[], round: Round): void {
    const least = this.clock + Math.max(0, this.passed.net);
    const most = this.clock + this.passed.forward + SLACK_MS;
    assert.ok(round.now >= least && round.now <= most, `${round.now} is not ${least} to ${most}`);
    this.clock = round.now;
    this.passed = { net: 0, forward: 0 };
    this.made.clear();
    this.asked.clear();
    let wanted = false;
    operations.forEach((operation, i) => {
      const reply = round.replies[i] as Reply;
      assert.deepEqual(reply, this.reply(operation, reply), operation.do);
      wanted ||= operation.do === 'reserve' && reply === null;
    });
    assert.equal(round.replies.length, operations.length);
    assert.equal(round.claimedTo, this.claimedTo);
    assert.equal(round.claimSegment, this.claimSegment(wanted));
  }

  private claimSegment(wanted: boolean): boolean {
    const few = this.claimedTo - this.allocated < this.segmentSize / 2;
    if (!(few || wanted) || (this.told !== null && this.clock - this.told < 5000)) return false;
    this.told = this.clock;
    return true;
  }

  private reply(operation: Operation, answered: Reply): Reply {
    switch (operation.do) {
      case 'reserve':
        if (this.allocated === this.claimedTo) return null;
        this.pending.set(++this.allocated, this.clock);
        return { index: this.allocated, version: ++this.version } as Reply;
      case 'publish':
        return this.publish(operation.index, operation.token);
      case 'settle':
        this.leases = this.leases.filter(({ index }) => index !== operation.index);
        this.returned.delete(operation.index);
        return 'OK';
      case 'returned':
        if (this.end(operation.leaseId) && operation.index <= this.fetched) {
          this.returned.add(operation.index);
        }
        return 'OK';
      case 'hole':
        if (this.end(operation.leaseId)) this.gaps.add(operation.index);
        return 'OK';
      case 'markGap':
        for (const index of [...this.pending.keys()]) {
          if (index < operation.range.from || index > operation.range.to) continue;
          this.pending.delete(index);
          this.gaps.add(index);
        }
        return 'OK';
      case 'extend':
        while (this.claimedTo < operation.claimedTo) {
          this.claimedTo += this.segmentSize;
          this.known.add(segmentOf(this.claimedTo, this.segmentSize));
          this.told = null;
        }
        return 'OK';
      case 'closeSegment':
        this.known.delete(operation.segment);
        for (const index of this.gaps) {
          if (segmentOf(index, this.segmentSize) === operation.segment) this.gaps.delete(index);
        }
        return 'OK';
      case 'holding': {
        const lease = this.ofWorker(operation.workerId);
        if (!lease || this.made.has(lease.leaseId)) return null;
        if (operation.leaseId !== null && operation.leaseId !== lease.leaseId) return null;
        this.asked.add(lease.leaseId);
        return { lease, version: ++this.version, tokens: this.tokens } as Reply;
      }
      case 'claim':
        return this.claim(operation, answered);
      case 'expired':
        return this.expired(operation.max, answered);
      case 'stalePending': {
        const old = [...this.pending].filter(
          ([, since]) => since <= this.clock - operation.olderThanMs,
        );
        return toRanges(
          old
            .map(([index]) => index)
            .sort(ascending)
            .slice(0, operation.max),
        );
      }
      case 'closable':
        return this.closable().slice(0, operation.max);
      case 'info':
        return this.info(operation.leasesMax, answered);
    }
  }

  private publish(index: number, token: boolean): Reply {
    if (this.pending.delete(index)) {
      if (index <= this.fetched) this.returned.add(index);
    } else if (this.gaps.has(index)) return 'VOID';
    else if (!this.known.has(segmentOf(index, this.segmentSize))) return 'VOID';
    else if (index > this.allocated) return 'VOID';
    this.published = Math.max(this.published, index);
    this.tokens ||= token;
    return 'OK';
  }

  private claim(
    { workerId, timeToRecoverMs, recoverBy }: Extract<Operation, { do: 'claim' }>,
    answered: Reply,
  ): Reply {
    const open = (lease: Lease): boolean => !this.asked.has(lease.leaseId);
    const since = (lease: Lease): number =>
      recoverBy === 'lease' ? lease.leaseUntil : lease.fetchedAt + timeToRecoverMs;
    const own = this.ofWorker(workerId);
    if (own) {
      const over = own.leaseUntil <= this.clock || since(own) <= this.clock;
      if (!over || !open(own)) return this.claimed(own);
      this.end(own.leaseId);
      return this.take(own.index, workerId, timeToRecoverMs);
    }
    const over = this.leases.filter((lease) => open(lease) && since(lease) <= this.clock);
    const oldest = Math.min(...over.map(since));
    const equals = over.filter((lease) => since(lease) === oldest);
    const given = (answered as Claim | null)?.lease.index;
    const lost = equals.find(({ index }) => index === given) ?? equals[0];
    if (lost) {
      this.end(lost.leaseId);
      return this.take(lost.index, workerId, timeToRecoverMs);
    }
    if (this.returned.size > 0) {
      const index = Math.min(...this.returned);
      this.returned.delete(index);
      return this.take(index, workerId, timeToRecoverMs);
    }
    for (let index = this.fetched + 1; index <= this.published; index++) {
      if (!this.canBeMet(index)) continue;
      this.fetched = index;
      return this.take(index, workerId, timeToRecoverMs, true);
    }
    return null;
  }

  private canBeMet(index: number): boolean {
    return (
      !this.pending.has(index) &&
      !this.gaps.has(index) &&
      !this.leases.some((lease) => lease.index === index) &&
      this.known.has(segmentOf(index, this.segmentSize))
    );
  }

  private take(index: number, workerId: string, timeToRecoverMs: number, first = false): Reply {
    const leaseId = leaseIdOf(
      index as TaskIndex,
      this.epoch as Epoch,
      (this.version + 2) as Version,
    );
    const lease = {
      index,
      leaseId,
      workerId,
      fetchedAt: this.clock,
      leaseUntil: this.clock + timeToRecoverMs,
    } as Lease;
    this.leases.push(lease);
    this.made.add(leaseId);
    return this.claimed(lease, first);
  }

  private claimed(lease: Lease, first = false): Reply {
    return { lease, recovered: ++this.version, version: ++this.version, first } as Reply;
  }

  private expired(max: number, answered: Reply): Reply {
    const over = this.leases
      .filter(({ leaseId, leaseUntil }) => !this.asked.has(leaseId) && leaseUntil <= this.clock)
      .sort((a, b) => a.leaseUntil - b.leaseUntil);
    const listed = this.asListed(
      over,
      (answered as readonly Held[]).map(({ lease }) => lease),
      max,
      ({ leaseUntil }) => leaseUntil,
    );
    return listed.map((lease) => ({
      lease,
      version: ++this.version,
      tokens: this.tokens,
    })) as unknown as Reply;
  }

  /** The first of a sorted list, with equals in the order in which they were answered. */
  private asListed(
    sorted: readonly Lease[],
    answered: readonly Lease[],
    max: number,
    key: (lease: Lease) => number,
  ): Lease[] {
    const rank = new Map(answered.map(({ leaseId }, i) => [leaseId, i]));
    const rankOf = ({ leaseId }: Lease): number => rank.get(leaseId) ?? Infinity;
    return [...sorted]
      .sort((a, b) => key(a) - key(b) || (rankOf(a) < rankOf(b) ? -1 : 1))
      .slice(0, max);
  }

  private closable() {
    return [...this.known]
      .sort(ascending)
      .map((n) => n as Segment)
      .map((segment) => ({
        segment,
        from: segmentStart(segment, this.segmentSize),
        to: segmentEnd(segment, this.segmentSize),
      }))
      .filter(({ from, to }) => {
        const busy = [
          ...this.pending.keys(),
          ...this.returned,
          ...this.leases.map(({ index }) => index),
        ];
        const indices = Array.from({ length: to - from + 1 }, (_, i) => from + i);
        const ended = indices.every((index) => index <= this.fetched || this.gaps.has(index));
        return to <= this.allocated && ended && !indices.some((index) => busy.includes(index));
      })
      .map(({ segment, from, to }) => ({
        segment,
        gaps: rangesOf([...this.gaps].filter((index) => index >= from && index <= to)),
      }));
  }

  private info(leasesMax: number, answered: Reply): Reply {
    let waiting = this.returned.size;
    for (let index = this.fetched + 1; index <= this.published; index++) {
      if (this.canBeMet(index)) waiting += 1;
    }
    return {
      published: this.published,
      fetched: this.fetched,
      counts: {
        waiting,
        leased: this.leases.length,
        returned: this.returned.size,
        pending: this.pending.size,
        gaps: this.gaps.size,
      },
      leases: this.asListed(
        [...this.leases].sort((a, b) => a.fetchedAt - b.fetchedAt),
        (answered as QueueInfo).leases,
        leasesMax,
        ({ fetchedAt }) => fetchedAt,
      ),
    };
  }

  private ofWorker(workerId: string): Lease | undefined {
    return this.leases.find((lease) => lease.workerId === workerId);
  }

  private end(leaseId: string): boolean {
    const before = this.leases.length;
    this.leases = this.leases.filter((lease) => lease.leaseId !== leaseId);
    return this.leases.length < before;
  }
}
