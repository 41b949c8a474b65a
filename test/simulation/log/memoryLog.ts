import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Confirmation, Head, HeadChange, HeadRead, Log, QueueId } from '../../../src/domain';
import { LogUnavailable, queueKey, segmentEnd, segmentOf } from '../../../src/domain';
import { ensureStorable, isStorable, noSuchQueue } from '../../../src/log/queueNames';
import { encoded } from '../../support/rows';
import { encodedOfQueue, StoredQueue } from './storedQueue';

/** What is kept, by queueKey, in the order of creation. */
export type LogStore = Map<string, { readonly queue: QueueId; readonly stored: StoredQueue }>;

const PAGE_ROWS = 1000;
const CONFIRMED: Confirmation = { type: 'confirmed' };

/**
 * A log in this process that passes the contract of the port, for histories by the hundred thousand: a
 * call costs about 1 us here, 20 us and more in SQLite. Each call is done before it first yields.
 */
export function memoryLog(store: LogStore): Log {
  let closed = false;

  const find = (queue: QueueId): StoredQueue | undefined => {
    if (closed) throw new LogUnavailable('The log is closed.');
    return isStorable(queue) ? store.get(queueKey(queue))?.stored : undefined;
  };
  const existing = (queue: QueueId): StoredQueue => {
    const found = find(queue);
    if (!found) throw noSuchQueue(queue);
    return found;
  };
  const confirm = (queue: QueueId, epoch: number): Confirmation => {
    const stored = find(queue);
    if (!stored) return { type: 'failed', error: noSuchQueue(queue) };
    const { epoch: current } = stored.head;
    return current === epoch ? CONFIRMED : { type: 'moved', epoch: current };
  };
  const change = (
    queue: QueueId,
    read: HeadRead,
    apply: (stored: StoredQueue, head: Head) => boolean,
  ): HeadChange => {
    const stored = existing(queue);
    const { head } = stored;
    const asRead = head.epoch === read.epoch && head.claimedTo === read.claimedTo;
    const applied = asRead && apply(stored, head);
    return { applied, head: stored.head };
  };
  async function* paged<Row>(rows: () => readonly Row[]): AsyncGenerator<readonly Row[]> {
    const all = rows();
    for (let from = 0; from < all.length; from += PAGE_ROWS) {
      if (from > 0) await nextTurn();
      yield all.slice(from, from + PAGE_ROWS);
    }
  }

  return {
    epochLeaseMs: 0,

    async head(queue) {
      return find(queue)?.head ?? null;
    },

    async createQueue(queue, { segmentSize, raisedBy }) {
      ensureStorable(queue);
      const found = find(queue);
      if (found) return { applied: false, head: found.head };
      const head = {
        epoch: 1,
        raisedBy,
        claimedTo: segmentSize,
        floor: 0,
        segmentSize,
        rewinds: [],
      };
      const stored = new StoredQueue(head as unknown as Head);
      store.set(queueKey(queue), { queue, stored });
      return { applied: true, head: stored.head };
    },

    async claimSegment(queue, read) {
      return change(queue, read, (stored, head) => {
        stored.head = { ...head, claimedTo: head.claimedTo + head.segmentSize };
        stored.openClaimedSegment();
        return true;
      });
    },

    async raise(queue, read, raisedBy) {
      return change(queue, read, (stored, head) => {
        const epoch = (head.epoch + 1) as Head['epoch'];
        stored.head = { ...head, epoch, raisedBy, claimedTo: head.claimedTo + head.segmentSize };
        stored.openClaimedSegment();
        return true;
      });
    },

    async rewind(queue, read, { rewind, rewinds, raisedBy, eventId }) {
      if (rewind.epoch !== read.epoch + 1) throw new Error('A rewind is of the epoch it raises to');
      return change(queue, read, (stored, head) => {
        const { epoch, last, at } = rewind;
        if (last < head.floor) return false;
        stored.head = { ...head, epoch, raisedBy, rewinds };
        for (const { segment } of [...stored.segments]) {
          if (segment < segmentOf(last + 1, head.segmentSize)) continue;
          const open = { status: 'open', lastAdded: 0, closedAt: null } as const;
          stored.setSegment(segment, 'closed', open);
        }
        const event = { type: 'Rewound', v: 1, last } as const;
        stored.insertOfQueue({ epoch, version: 0, eventId, at, event });
        return true;
      });
    },

    async segments(queue) {
      return [...(find(queue)?.segments ?? [])];
    },

    async closeSegment(queue, epoch, segment, change) {
      const stored = find(queue);
      if (stored?.head.epoch !== epoch) return false;
      return stored.setSegment(segment, 'open', { status: 'closed', ...change });
    },

    async dropSegment(queue, epoch, segment) {
      const stored = find(queue);
      if (stored?.head.epoch !== epoch) return false;
      if (!stored.setSegment(segment, 'closed', { status: 'dropped' })) return false;
      const { head } = stored;
      const floor = Math.max(head.floor, segmentEnd(segment, head.segmentSize));
      stored.head = { ...head, floor };
      stored.deleteSegment(segment);
      return true;
    },

    async append(queue, epoch, batches) {
      const confirmation = confirm(queue, epoch);
      if (batches.length === 0) return [confirmation];
      const stored = existing(queue);
      if (confirmation.type === 'confirmed') for (const row of batches.flat()) stored.insert(row);
      return batches.map(() => confirmation);
    },

    async confirm(queue, epoch) {
      return confirm(queue, epoch);
    },

    async read(queue, ranges) {
      return find(queue)?.read(ranges) ?? [];
    },

    scan: (queue, segment) =>
      paged(() =>
        (find(queue)?.ofSegment(segment) ?? []).map((row) => ({ ...row, payload: null })),
      ),

    async seals(queue, after = 0) {
      return (find(queue)?.seals ?? []).filter(({ number }) => number > after);
    },

    async sealList(queue, number, hash) {
      return find(queue)?.sealLists.get(`${String(number)}:${hash}`) ?? null;
    },

    async writeSeal(queue, seal, list) {
      const stored = find(queue);
      if (!stored || stored.seals.length !== seal.number - 1) return false;
      stored.seals.push(seal);
      stored.sealLists.set(`${String(seal.number)}:${list.hash}`, list.bytes);
      return true;
    },

    async rewinds(queue) {
      return (find(queue)?.ofQueue ?? []).flatMap(({ epoch, version, at, event }) =>
        event.type === 'Rewound' ? [{ epoch, version, at, event } as never] : [],
      );
    },

    stored: (queue, { segment, task, payloads }) =>
      paged(() =>
        (find(queue)?.ofSegment(segment) ?? [])
          .filter(({ index }) => task === null || index === task)
          .map((row) => encoded(payloads ? row : { ...row, payload: null })),
      ),

    storedOfQueue: (queue) => paged(() => (find(queue)?.ofQueue ?? []).map(encodedOfQueue)),

    async record(queue, row) {
      existing(queue).insertOfQueue(row);
    },

    async queues({ after, max }) {
      find({ ownerId: '', serviceId: '' } as unknown as QueueId);
      const all = [...store];
      const from = after === null ? 0 : all.findIndex(([key]) => key === queueKey(after)) + 1;
      return all.slice(from, from + max).map(([, { queue }]) => queue);
    },

    async close() {
      closed = true;
    },
  };
}
