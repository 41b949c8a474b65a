import * as t from 'io-ts';
import type { AnyEvent, ServiceId } from '../../domain';
import { EVENT_TYPES } from '../../domain';
import { leaf } from './leaf';
import { params, ServiceIdParam, TimeToRecover } from './params';
import type { Params } from './params';
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

const TimeParam = leaf<Time>(
  'a time as 2026-01-31T12:00:00Z, a day as 2026-01-31, or milliseconds since 1970',
  isTime,
);
const natural = (expected: string, max: number) =>
  leaf<number>(
    expected,
    (u): u is number => Number.isSafeInteger(u) && (u as number) >= 1 && (u as number) <= max,
  );
const Task = natural('the number of a task: a whole number from 1', Number.MAX_SAFE_INTEGER);
const Limit = natural(`a whole number from 1 to ${REPLAY_LIMIT_MAX}`, REPLAY_LIMIT_MAX);
const oneOf = <A extends string>(names: readonly A[]) =>
  leaf<A>(`one of ${names.join(', ')}`, (u): u is A => names.includes(u as A));
const Flag = leaf<boolean>('true or false', t.boolean.is);
const Worker = leaf<string>('the name of a worker', t.string.is);

export const ReplayParams: Params<ReplayParams> = params(
  { serviceId: ServiceIdParam },
  {
    from: TimeParam,
    to: TimeParam,
    task: Task,
    worker: Worker,
    type: oneOf(EVENT_TYPES),
    order: oneOf<'task' | 'version'>(['task', 'version']),
    limit: Limit,
    reveal: Flag,
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
  { repair: Flag },
);

/** Nothing but the queue. */
export const QueueParams: Params<OfQueue> = params({ serviceId: ServiceIdParam }, {});
