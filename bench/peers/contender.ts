import type { BenchQueue } from '../benchQueue';
import type { Servers } from '../started/servers';

/** Whom `--only` names. */
export const FAMILIES = ['ours', 'raw', 'original', 'bullmq', 'rabbitmq', 'pg-boss'] as const;
export type Family = (typeof FAMILIES)[number];

/** One of those that are measured side by side. */
export interface Contender {
  readonly name: string;
  readonly family: Family;
  open(servers: Servers): Promise<OpenContender>;
}

export interface OpenContender {
  /** What is kept where and how it is called, as far as possible as its server says it. */
  readonly configuration: string;
  /** Servers that work for it. */
  readonly pids: readonly number[];
  /** One without tasks, for so many callers. */
  newQueue(callers: number): Promise<BenchQueue>;
  close(): Promise<void>;
}

const EMPTY_MAX = 1_000;

/** A queue may say that it is empty while others take and put: then it is asked again. */
export async function untilTaken<Task>(
  take: () => Promise<Task | null | undefined>,
): Promise<Task> {
  for (let empty = 0; empty < EMPTY_MAX; empty++) {
    const task = await take();
    if (task !== null && task !== undefined) return task;
  }
  throw new Error(`no task was there, ${String(EMPTY_MAX)} times`);
}
