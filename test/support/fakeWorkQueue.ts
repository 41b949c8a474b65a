import type {
  AckRequest,
  Delivery,
  FetchRequest,
  NewTask,
  WorkQueue,
} from '../../src/commands/workQueue';
import type { Composition } from '../../src/compose';
import type { Lease, LeaseId, QueueId, QueueInfo, TaskIndex } from '../../src/domain';
import { queueKey } from '../../src/domain';

interface Task {
  readonly value: unknown;
  readonly token: unknown;
  deliveries: number;
  acked: boolean;
  lease: Lease | null;
}

/** A queue in memory that keeps the facade's word, but for time: no lease runs out. */
export class FakeWorkQueue implements WorkQueue {
  /** What was called with what, oldest first. */
  readonly calls: { name: string; queue: QueueId; given: unknown }[] = [];
  /** Thrown by the next calls, once each. */
  readonly failures: unknown[] = [];
  closed = false;
  private readonly queues = new Map<string, Task[]>();

  async add(queue: QueueId, { value, token }: NewTask): Promise<true> {
    this.called('add', queue, { value, token });
    this.tasks(queue).push({ value, token, deliveries: 0, acked: false, lease: null });
    return true;
  }

  async fetch(queue: QueueId, request: FetchRequest): Promise<Delivery | null> {
    this.called('fetch', queue, request);
    const tasks = this.tasks(queue);
    const held = tasks.find(({ lease }) => lease?.workerId === request.workerId);
    const task = held ?? tasks.find(({ acked, lease }) => !acked && lease === null);
    if (task === undefined) return null;
    if (task.lease === null) {
      const index = (tasks.indexOf(task) + 1) as TaskIndex;
      const fetchedAt = 1_700_000_000_000;
      task.deliveries += 1;
      task.lease = {
        index,
        leaseId: `${String(index)}.1.${String(task.deliveries)}` as LeaseId,
        workerId: request.workerId,
        fetchedAt,
        leaseUntil: fetchedAt + request.timeToRecoverMs,
      };
    }
    const { index, leaseId, fetchedAt, leaseUntil } = task.lease;
    return {
      value: task.value,
      index,
      leaseId,
      fetchedAt,
      leaseUntil,
      deliveries: task.deliveries,
    };
  }

  async ack(queue: QueueId, request: AckRequest): Promise<boolean> {
    this.called('ack', queue, request);
    const { workerId, leaseId, completed, result, error } = request;
    const task = this.tasks(queue).find(({ lease }) => lease?.workerId === workerId);
    if (!task?.lease || (leaseId !== undefined && leaseId !== task.lease.leaseId)) return false;
    if (task.token !== undefined) {
      await completed({
        token: task.token,
        ...(result === undefined ? {} : { result }),
        ...(error === undefined ? {} : { error }),
      });
    }
    task.acked = true;
    task.lease = null;
    return true;
  }

  async info(queue: QueueId): Promise<QueueInfo> {
    this.called('info', queue, {});
    const tasks = this.tasks(queue);
    const leases = tasks.flatMap(({ lease }) => (lease === null ? [] : [lease]));
    const fetched = tasks.findLastIndex(({ deliveries }) => deliveries > 0) + 1;
    const waiting = tasks.filter(({ acked, lease }) => !acked && lease === null).length;
    return {
      published: tasks.length,
      fetched,
      counts: { waiting, leased: leases.length, returned: 0, pending: 0, gaps: 0 },
      leases,
    };
  }

  async rewind(queue: QueueId, last: number): Promise<true> {
    this.called('rewind', queue, { last });
    for (const task of this.tasks(queue).slice(Math.max(0, last))) task.acked = false;
    return true;
  }

  async close(): Promise<void> {
    this.closed = true;
  }

  /** As if it were new. */
  forget(): void {
    this.calls.length = 0;
    this.failures.length = 0;
    this.queues.clear();
  }

  private called(name: string, queue: QueueId, given: unknown): void {
    this.calls.push({ name, queue, given });
    if (this.failures.length > 0) throw this.failures.shift();
  }

  private tasks(queue: QueueId): Task[] {
    const key = queueKey(queue);
    const tasks = this.queues.get(key) ?? [];
    this.queues.set(key, tasks);
    return tasks;
  }
}

/** The fake where a service expects a composition. */
export const fakeComposition = (queue: FakeWorkQueue): Composition => ({
  queue,
  queues: async () => [],
  retain: async () => [],
  verifySeals: async () => ({
    seals: 0,
    newest: null,
    verified: [],
    dropped: [],
    reopened: [],
    unsealed: [],
    findings: [],
    unclear: [],
  }),
  jobs: {
    recover: async () => {},
    sweep: async () => {},
    closeSegments: async () => {},
    verify: async () => ({ queues: 0, doubtful: [], failed: [] }),
    retain: async () => {},
    seal: async () => {},
  },
  upkeep: {
    verify: () => Promise.reject(new Error('not of the fake')),
    rebuild: () => Promise.reject(new Error('not of the fake')),
    repair: () => Promise.reject(new Error('not of the fake')),
  },
  audit: { of: async () => null },
  health: async () => ({ log: { ok: true }, projection: { ok: true } }),
  close: () => queue.close(),
});
