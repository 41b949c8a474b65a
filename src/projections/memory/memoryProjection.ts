import { randomUUID } from 'node:crypto';
import type { Building, Epoch, Projection, QueueId } from '../../domain';
import { ProjectionUnavailable, queueKey, stale } from '../../domain';
import type { LiveQueue } from './liveQueue';
import { restored } from './restore';
import { areKnown, rewindInPlace } from './rewind';
import { applyRound } from './round';
import { snapshotOf } from './snapshot';

export interface MemoryProjectionOptions {
  /** Milliseconds since 1970; may jump. */
  readonly clock?: () => number;
}

/** Of a shut epoch only its number is kept: nothing older may be opened after it. */
type Kept = { readonly open: LiveQueue } | { readonly open: null; readonly epoch: Epoch };

/** What is held, by queueKey. Not part of what a node uses: tests lose queues by it. */
export type KeptQueues = Map<string, Kept>;

/** A projection in this process; gone with it, as the port allows. */
export const openMemoryProjection = (options: MemoryProjectionOptions = {}): Projection =>
  memoryProjection(options, new Map());

/** Each method does its work before it first yields, and is atomic by that. */
export function memoryProjection(
  { clock = Date.now }: MemoryProjectionOptions,
  kept: KeptQueues,
): Projection {
  const identity = `memory:${randomUUID()}`;
  const announced = new Map<string, Building>();
  let closed = false;

  const keyOf = (queue: QueueId): string => {
    if (closed) throw new ProjectionUnavailable('The projection is closed');
    return queueKey(queue);
  };
  const find = (queue: QueueId): Kept | undefined => kept.get(keyOf(queue));

  return {
    async round(queue, epoch, operations) {
      const open = find(queue)?.open ?? null;
      if (open?.epoch !== epoch) return stale(open?.epoch ?? null);
      return applyRound(open, operations, clock());
    },

    async identity(queue) {
      return { identity, now: clock(), building: announced.get(keyOf(queue)) ?? null };
    },

    async announce(queue, building) {
      if (building) announced.set(keyOf(queue), building);
      else announced.delete(keyOf(queue));
    },

    async shutEpoch(queue, epoch) {
      if (find(queue)?.open?.epoch === epoch) kept.set(queueKey(queue), { open: null, epoch });
    },

    async restore(queue, readFrom, state) {
      const there = find(queue);
      if (readFrom !== identity) return 'refused';
      if (there && (there.open ?? there).epoch >= state.epoch) return 'refused';
      kept.set(queueKey(queue), { open: restored(state, clock()) });
      return 'opened';
    },

    async rewind(queue, change) {
      const open = find(queue)?.open;
      if (open?.epoch !== change.from || !areKnown(open, change.reopened)) return 'stale';
      rewindInPlace(open, change);
      return 'opened';
    },

    async snapshot(queue) {
      const open = find(queue)?.open;
      return open ? snapshotOf(open) : null;
    },

    async close() {
      closed = true;
      kept.clear();
    },
  };
}
