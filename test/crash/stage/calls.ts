import { hrtime } from 'node:process';
import { crc32 } from 'node:zlib';
import type { HistoryFile } from '../../support/checker/files';
import type { Outcome } from '../../support/checker';
import type { Answer, Caller } from './wire';

export interface Queue {
  readonly ownerId: string;
  readonly serviceId: string;
}

export interface Task {
  readonly task: number;
  readonly leaseId: string;
  readonly leaseUntil: number;
}

interface Delivered {
  readonly value: { readonly task: number };
  readonly leaseId: string;
  readonly fetchedAt: number;
  readonly leaseUntil: number;
}

/** Of the monotonic clock, which all processes of a machine share. */
export const nowUs = (): number => Math.round(Number(hrtime.bigint()) / 1000);

/** Small, and other for each task. */
const valueOf = (task: number) => ({ task, text: `task ${String(task)} `.repeat(1 + (task % 5)) });
const crcOf = (value: unknown): number => crc32(JSON.stringify(value));
const nameOf = ({ ownerId, serviceId }: Queue): string => `${ownerId}/${serviceId}`;

const UNKNOWN = new Set(['OutcomeUnknown', 'TimedOut', 'Disconnected', 'InternalError']);

/** What an answer says of whether the call was done. */
const outcomeOf = (answer: Answer): { outcome: Outcome; type?: string } =>
  'ok' in answer
    ? { outcome: 'confirmed' }
    : { outcome: UNKNOWN.has(answer.error) ? 'unknown' : 'refused', type: answer.error };

/** Makes calls and writes each down with its answer. */
export class Calls {
  adds = 0;
  acks = 0;

  constructor(
    private readonly history: HistoryFile,
    private readonly node: () => Caller | null,
  ) {}

  /** False: it is not confirmed. */
  async add(queue: Queue, task: number): Promise<boolean> {
    const value = valueOf(task);
    const { answer, ...times } = await this.call(queue, 'add', { value });
    const { outcome, type } = outcomeOf(answer);
    this.history.write({
      ...{ op: 'add', queue: nameOf(queue), task, crc: crcOf(value), ...times, outcome },
      ...(type === undefined ? {} : { type }),
    });
    if (outcome === 'confirmed') this.adds++;
    return outcome === 'confirmed';
  }

  /** null: there is none; 'failed': it is not known. */
  async fetch(queue: Queue, worker: string, ttrMs: number): Promise<Task | null | 'failed'> {
    const params = { workerId: worker, timeToRecover: ttrMs, details: true };
    const { answer, ...times } = await this.call(queue, 'fetch', params);
    const call = { op: 'fetch', queue: nameOf(queue), worker, ...times } as const;
    if (!('ok' in answer)) {
      const { outcome, type } = outcomeOf(answer);
      if (type !== 'Unreachable') this.history.write({ ...call, outcome, type: String(type) });
      return 'failed';
    }
    if (answer.ok === null) return null;
    const { value, leaseId, fetchedAt, leaseUntil } = answer.ok as Delivered;
    this.history.write({
      ...{ ...call, outcome: 'confirmed', task: value.task, crc: crcOf(value), lease: leaseId },
      ...{ at: fetchedAt, until: leaseUntil },
    });
    return { task: value.task, leaseId, leaseUntil };
  }

  /** 'failed': whether it is done is not known, or it is not and may be repeated. */
  async ack(queue: Queue, worker: string, { task, leaseId }: Task): Promise<boolean | 'failed'> {
    const { answer, ...times } = await this.call(queue, 'ack', { workerId: worker, leaseId });
    const call = {
      op: 'ack',
      queue: nameOf(queue),
      worker,
      task,
      lease: leaseId,
      ...times,
    } as const;
    if ('ok' in answer && answer.ok === false) {
      this.history.write({ ...call, outcome: 'refused', type: 'false' });
      return false;
    }
    const { outcome, type } = outcomeOf(answer);
    this.history.write({ ...call, outcome, ...(type === undefined ? {} : { type }) });
    if (outcome !== 'confirmed') return 'failed';
    this.acks++;
    return true;
  }

  async info(queue: Queue): Promise<Record<string, number> | null> {
    const { answer } = await this.call(queue, 'info', {});
    return 'ok' in answer ? (answer.ok as Record<string, number>) : null;
  }

  private async call({ ownerId, serviceId }: Queue, action: string, params: object) {
    const start = nowUs();
    const caller = this.node();
    const asked = { action, params: { serviceId, ...params }, ownerId };
    const answer: Answer = caller ? await caller.call(asked) : { error: 'Unreachable' };
    return { answer, start, end: nowUs() };
  }
}
