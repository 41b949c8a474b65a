import * as t from 'io-ts';
import type { AnyEvent, ServiceId } from '../../domain';
import { EVENT_TYPES } from '../../domain';
import { leaf } from './leaf';
import { params, ServiceIdParam, TimeToRecover } from './params';
import type { Params } from './params';
import type { JsonSchema } from './schema';
import { isTime } from './time';

/** What the operators' actions take. */

interface OfQueue {
  readonly serviceId: ServiceId;
}
/** A time: ISO 8601 with its zone, a day in UTC, or milliseconds since 1970. */
type Time = string | number;

export interface ReplayParams extends OfQueue {
  readonly from?: Time | undefined;
  readonly to?: Time | undefined;
  readonly task?: number | undefined;
  readonly worker?: string | undefined;
  readonly type?: AnyEvent['type'] | undefined;
  readonly order?: 'task' | 'version' | undefined;
  readonly limit?: number | undefined;
  readonly reveal?: boolean | undefined;
}
export interface ExplainParams extends OfQueue {
  readonly task: number;
}
export interface StateParams extends OfQueue {
  readonly at: Time;
}
export interface WhatIfParams extends OfQueue {
  readonly timeToRecover: number;
}
export interface VerifyProjectionParams extends OfQueue {
  readonly repair?: boolean | undefined;
}

/** Rows in one answer. */
const REPLAY_LIMIT_MAX = 1_000;
/** The same with `reveal`: each may be as large as a value. */
export const REVEALED_MAX = 100;

const TimeParam = leaf<Time>(
  'a time as 2026-01-31T12:00:00Z, a day as 2026-01-31, or milliseconds since 1970',
  {
    anyOf: [
      { type: 'string', format: 'date-time' },
      { type: 'string', format: 'date' },
      { type: 'integer', minimum: 0, maximum: 999_999_999_999_999 },
    ],
    description: 'A time with its zone, a day in UTC, or milliseconds since 1970.',
    examples: ['2026-01-31T12:00:00Z', '2026-01-31', 1_769_860_800_000],
  },
  isTime,
);
const natural = (expected: string, max: number, schema: JsonSchema) =>
  leaf<number>(
    expected,
    { type: 'integer', minimum: 1, maximum: max, ...schema },
    (u): u is number => Number.isSafeInteger(u) && (u as number) >= 1 && (u as number) <= max,
  );
const Task = natural('the number of a task: a whole number from 1', Number.MAX_SAFE_INTEGER, {
  description: 'Number of a task: X-Task-Index of its fetch.',
  examples: [1],
});
const Limit = natural(`a whole number from 1 to ${REPLAY_LIMIT_MAX}`, REPLAY_LIMIT_MAX, {
  default: 100,
  description: `Rows in the answer; with reveal at most ${REVEALED_MAX}. isCut says that there are more.`,
});
const oneOf = <A extends string>(names: readonly A[], description: string) =>
  leaf<A>(`one of ${names.join(', ')}`, { enum: names, description }, (u): u is A =>
    names.includes(u as A),
  );
const flag = (description: string) =>
  leaf<boolean>('true or false', { type: 'boolean', default: false, description }, t.boolean.is);
const Reveal = flag(
  'true: opens payloads, which is recorded before with who asked and for what. In a body only.',
);
const Repair = flag('true: builds the projection anew if it differs, and compares again.');
const Worker = leaf<string>(
  'the name of a worker',
  { type: 'string', description: 'Only events of this worker.', examples: ['worker-1'] },
  t.string.is,
);

const Order = oneOf<'task' | 'version'>(
  ['task', 'version'],
  'task: the rows of each task together (default); version: in the order of what was decided.',
);

export const ReplayParams: Params<ReplayParams> = params(
  { serviceId: ServiceIdParam },
  {
    from: TimeParam,
    to: TimeParam,
    task: Task,
    worker: Worker,
    type: oneOf(EVENT_TYPES, 'Only events of this type.'),
    order: Order,
    limit: Limit,
    reveal: Reveal,
  },
);

export const ExplainParams: Params<ExplainParams> = params(
  { serviceId: ServiceIdParam, task: Task },
  {},
);

export const StateParams: Params<StateParams> = params(
  { serviceId: ServiceIdParam, at: TimeParam },
  {},
);

export const WhatIfParams: Params<WhatIfParams> = params(
  { serviceId: ServiceIdParam, timeToRecover: TimeToRecover },
  {},
);

export const VerifyProjectionParams: Params<VerifyProjectionParams> = params(
  { serviceId: ServiceIdParam },
  { repair: Repair },
);

/** What ReplayParams cannot say of one parameter alone; the action refuses it. */
export const REVEAL_FEW: JsonSchema = {
  if: { properties: { reveal: { const: true } }, required: ['reveal'] },
  then: { properties: { limit: { maximum: REVEALED_MAX } } },
};

/** Nothing but the queue. */
export const QueueParams: Params<OfQueue> = params({ serviceId: ServiceIdParam }, {});
