import type { Head, Log, QueueId, RowSorting, Version } from '../domain';
import type { AuditRow } from './decoded';
import type { Explanation } from './explain';
import { explain } from './explain';
import type { ReplayQuery } from './replay';
import { replay } from './replay';
import type { Opening } from './reveal';
import { reveal } from './reveal';
import type { Damage } from './rows';
import { byTask, droppedTo, queueStory, rowsOfTasks } from './rows';
import type { QueueAt } from './state';
import { stateAt } from './state';
import type { RefusedAt, WhatIf } from './whatIf';
import { Compared, livesOf, Measured } from './whatIf';

export interface AuditNeeds extends Opening {
  readonly log: Log;
  readonly openRowSorting: () => RowSorting;
  /** A time UUID. */
  readonly eventId: () => string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Looks at what happened to a queue; only a reveal writes, a record of itself. */
export interface Audit {
  /** null: no such queue. */
  of(queue: QueueId): Promise<QueueAudit | null>;
}

/** `damage` hears of each row that cannot be read; the rest goes on. */
export interface QueueAudit {
  /** Everything up to this task was dropped by retention; 0: nothing was. */
  droppedTo(): Promise<number>;
  replay(query: ReplayQuery, damage: Damage): AsyncIterable<readonly AuditRow[]>;
  /** Records who asked for what; to be written before the first payload is opened. */
  recordReveal(by: string, query: string): Promise<void>;
  /** Rejects with KeyUnavailable or PayloadUnreadable. */
  reveal(row: AuditRow): Promise<Readonly<Record<string, unknown>>>;
  explain(task: number, damage: Damage): Promise<Explanation>;
  stateAt(at: number, damage: Damage): Promise<QueueAt>;
  whatIf(timeToRecoverMs: number, damage: Damage): Promise<WhatIf>;
}

export const createAudit = (needs: AuditNeeds): Audit => ({
  async of(queue) {
    const head = await needs.log.head(queue);
    return head && auditOf(needs, queue, head);
  },
});

function auditOf(needs: AuditNeeds, queue: QueueId, head: Head): QueueAudit {
  const { log } = needs;
  const tasks = (damage: Damage, task?: number) =>
    byTask(rowsOfTasks(log, queue, head, { task, payloads: false }), damage);

  return {
    droppedTo: () => droppedTo(log, queue, head),

    replay: (query, damage) => replay(needs, queue, head, query, damage),

    recordReveal: (by, query) =>
      log.record(queue, {
        epoch: head.epoch,
        version: 0 as Version, // it is no decision and has no place among those of its epoch
        eventId: needs.eventId(),
        at: needs.now(),
        event: { type: 'Revealed', v: 1, by, query },
      }),

    reveal: (row) => reveal(needs, queue, head.segmentSize, row),

    async explain(task, damage) {
      const story = await queueStory(log, queue, head, damage, task);
      for await (const rows of tasks(damage, task)) return explain(task, rows, story);
      return explain(task, [], story);
    },

    async stateAt(at, damage) {
      const { rewinds } = await queueStory(log, queue, head, damage);
      const fold = stateAt(at, rewinds);
      for await (const rows of tasks(damage)) fold.task(rows);
      return fold.state();
    },

    async whatIf(timeToRecoverMs, damage) {
      const { rewinds, refusals } = await queueStory(log, queue, head, damage);
      const refusedAt: RefusedAt = new Map(
        refusals.flatMap(({ event, stored }) =>
          event.type === 'Refused' ? [[event.leaseId, stored.at]] : [],
        ),
      );
      const measured = new Measured();
      for await (const rows of tasks(() => undefined)) {
        for (const life of livesOf(rows, rewinds, refusedAt)) measured.take(life);
      }
      const compared = new Compared(timeToRecoverMs, measured);
      for await (const rows of tasks(damage)) {
        for (const life of livesOf(rows, rewinds, refusedAt)) compared.take(life);
      }
      return compared.result();
    },
  };
}
