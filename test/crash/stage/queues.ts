import type { Queue } from './calls';

/** Of two owners, and two of one. */
export const QUEUES: readonly Queue[] = [
  { ownerId: 'anna', serviceId: 's1' },
  { ownerId: 'anna', serviceId: 's2' },
  { ownerId: 'bert', serviceId: 's1' },
];

export interface WorkerOf {
  readonly queue: Queue;
  readonly worker: string;
}

/** So many workers, in turn of each queue. */
export const workersOf = (queues: readonly Queue[], count: number, prefix = 'w'): WorkerOf[] =>
  Array.from({ length: count }, (_, i) => ({
    queue: queues[i % queues.length] as Queue,
    worker: `${prefix}${String(i)}`,
  }));
