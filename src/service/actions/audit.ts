import type { DamagedRow, QueueAudit } from '../../audit';
import { nameOf, opened, told } from '../../audit';
import { publicKeysOf } from '../../compose';
import type { ServiceId } from '../../domain';
import { InvalidInput } from '../../domain';
import { NoSuchQueue } from '../errors';
import {
  ExplainParams,
  QueueParams,
  ReplayParams,
  REVEALED_MAX,
  StateParams,
  WhatIfParams,
} from '../params/operators';
import { timeOf } from '../params/time';
import type { Action, Call } from './action';

const LIMIT_DEFAULT = 100;
/** Damaged rows that are named in one answer; `damagedCount` counts all. */
const DAMAGED_MAX = 100;

interface Damaged {
  readonly row: string;
  readonly reason: string;
}
type Tell = (damaged: DamagedRow) => void;

/**
 * worker.queue.audit.replay { serviceId, from?, to?, task?, worker?, type?, order?, limit?, reveal? }
 * -> { events, isCut }: rows of the log as `audit replay --json` prints them, the first `limit` of them
 * (default 100, at most 1,000; with `reveal` at most 100). `isCut`: there are more. `reveal` opens
 * payloads and is recorded in the log before the first is opened.
 */
const replay: Action<ReplayParams> = {
  params: ReplayParams,
  repeatable: true,
  run: (call) => {
    const { from, to, task, worker, type } = call.params;
    const { reveal = false, limit = LIMIT_DEFAULT, order = 'task' } = call.params;
    if (reveal && limit > REVEALED_MAX) {
      const expected = `at most ${REVEALED_MAX} with reveal`;
      throw new InvalidInput(`'limit' must be ${expected}`, { path: 'limit', expected });
    }
    const filter = {
      ...(from === undefined ? {} : { from: timeOf(from) }),
      ...(to === undefined ? {} : { to: timeOf(to) }),
      ...(task === undefined ? {} : { task }),
      ...(worker === undefined ? {} : { worker }),
      ...(type === undefined ? {} : { type }),
    };
    return audited(call, async (audit, tell) => {
      if (reveal)
        await audit.recordReveal(whoAsks(call), JSON.stringify({ ...filter, order, limit }));
      const query = { ...filter, order, limit: limit + 1, payloads: reveal };
      const events: object[] = [];
      let found = 0;
      for await (const page of audit.replay(query, tell)) {
        for (const row of page.slice(0, limit - events.length)) {
          events.push(
            reveal ? { ...told(row), revealed: await opened(audit, row, tell) } : told(row),
          );
        }
        found += page.length;
      }
      return { events, isCut: found > limit };
    });
  },
};

/** worker.queue.audit.explain { serviceId, task } -> { task, statements, status, deliveries, conclusion } */
const explain: Action<ExplainParams> = {
  params: ExplainParams,
  repeatable: true,
  run: (call) => audited(call, (audit, tell) => audit.explain(call.params.task, tell)),
};

/** worker.queue.audit.state { serviceId, at } -> the counts and leases of the queue as it was */
const state: Action<StateParams> = {
  params: StateParams,
  repeatable: true,
  run: (call) => audited(call, (audit, tell) => audit.stateAt(timeOf(call.params.at), tell)),
};

/** worker.queue.audit.whatIf { serviceId, timeToRecover } -> { recorded, whatIf, timeToRecoverMs, assumed } */
const whatIf: Action<WhatIfParams> = {
  params: WhatIfParams,
  repeatable: true,
  run: (call) => audited(call, (audit, tell) => audit.whatIf(call.params.timeToRecover, tell)),
};

/**
 * worker.queue.audit.verify { serviceId } -> what became of each sealed segment, and `findings`: empty if
 * nothing was changed. Signatures are checked with the key that the service seals with; without one,
 * `unclear` says so.
 */
const verify: Action<{ readonly serviceId: ServiceId }> = {
  params: QueueParams,
  repeatable: true,
  run: async ({ composition, queue, settings }) => {
    const { seals } = settings.keeping;
    const keys = seals ? publicKeysOf(seals.key) : new Map<string, never>();
    const report = await composition.verifySeals(queue, keys);
    if (report.seals === 0 && (await composition.audit.of(queue)) === null) {
      throw new NoSuchQueue(queue);
    }
    return report;
  },
};

export const AUDIT = { replay, explain, state, whatIf, verify };

/**
 * The answer of `look`, with what it could not read: { ..., droppedTo, damaged, damagedCount }. Up to the
 * task `droppedTo` retention has dropped what happened.
 */
async function audited<A extends object>(
  { composition, queue }: Call<unknown>,
  look: (audit: QueueAudit, tell: Tell) => Promise<A>,
): Promise<object> {
  const audit = await composition.audit.of(queue);
  if (audit === null) throw new NoSuchQueue(queue);
  const damaged: Damaged[] = [];
  let damagedCount = 0;
  const answer = await look(audit, ({ stored, reason }) => {
    damagedCount += 1;
    if (damaged.length < DAMAGED_MAX) damaged.push({ row: nameOf(stored), reason });
  });
  return { ...answer, droppedTo: await audit.droppedTo(), damaged, damagedCount };
}

const whoAsks = ({ queue, ctx }: Call<unknown>): string =>
  `operator of ${JSON.stringify(queue.ownerId)} through ${ctx.caller ?? String(ctx.nodeID)}`;
