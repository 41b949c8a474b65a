import type { EventRow, QueueId, QueueState, TaskState } from '../../src/domain';
import { foldTask, RangeSet, segmentEnd, segmentOf, segmentStart } from '../../src/domain';
import type { World } from './world';

type Ports = Pick<World, 'log' | 'projection'>;

/** Every task in the open segments of a queue, as the log has it. */
async function openTasksInLog(world: Ports, queue: QueueId): Promise<Map<number, TaskState>> {
  const head = await world.log.head(queue);
  const tasks = new Map<number, EventRow[]>();
  for (const { segment, status } of await world.log.segments(queue)) {
    if (status !== 'open') continue;
    for await (const rows of world.log.scan(queue, segment)) {
      for (const row of rows) tasks.set(row.index, [...(tasks.get(row.index) ?? []), row]);
    }
  }
  return new Map([...tasks].map(([index, rows]) => [index, foldTask(rows, head?.rewinds ?? [])]));
}

/** The tasks that a projection would hand out to a new worker, lease by lease expired or not. */
function waitingIn(state: QueueState): RangeSet {
  const waiting = new RangeSet(state.returned);
  for (const segment of state.known) {
    const from = Math.max(segmentStart(segment, state.segmentSize), state.fetched + 1);
    const to = Math.min(segmentEnd(segment, state.segmentSize), state.published);
    if (from <= to) waiting.add(from, to);
  }
  for (const { from, to } of [...state.pending, ...state.gaps]) waiting.remove(from, to);
  for (const { index } of state.leases) waiting.remove(index);
  return waiting;
}

/**
 * How the live projection and the fold of the log differ, each difference named. Benign, and left out:
 * a lease that is not in the log yet, so that no worker has seen it, and an acked task that still is
 * leased or waits: the next decision on either sees the log. `passesOverEnded`: nor is a lease of the log
 * that has run out and that the projection has taken back: the next claim takes the task either way.
 */
export async function differences(
  world: Ports,
  queue: QueueId,
  { passesOverEnded = false } = {},
): Promise<string[]> {
  const head = await world.log.head(queue);
  const state = await world.projection.snapshot(queue);
  if (!state) return [];
  if (!head) return ['the projection has a queue that the log does not have'];
  if (state.epoch !== head.epoch) return []; // stale: nobody is given anything before a rebuild

  const found: string[] = [];
  const tasks = await openTasksInLog(world, queue);
  const waiting = waitingIn(state);
  const leases = new Map(state.leases.map((lease) => [lease.index as number, lease]));
  const holders = new Set(state.leases.map(({ workerId }) => workerId));
  const unpublished = new RangeSet([...state.gaps, ...state.pending]);

  for (const [index, task] of tasks) {
    if (unpublished.has(index) || task.status === 'absent' || task.status === 'acked') continue;
    const name = `task ${String(index)} is ${task.status} in the log,`;
    if (!state.known.includes(segmentOf(index, state.segmentSize))) {
      found.push(`${name} its segment is not known to the projection`);
    } else if (!leases.has(index) && !waiting.has(index)) {
      found.push(`${name} neither leased nor waiting in the projection`);
    } else if (
      task.status === 'leased' &&
      waiting.has(index) &&
      (!passesOverEnded || task.lease.leaseUntil > state.clock) &&
      !holders.has(task.lease.workerId)
    ) {
      found.push(`${name} waiting in the projection`);
    }
  }
  for (const { from, to } of waiting.toArray()) {
    for (let index = from; index <= to; index++) {
      if (!tasks.has(index)) found.push(`index ${String(index)} waits in the projection only`);
    }
  }
  return found;
}
