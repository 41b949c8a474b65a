import * as t from 'io-ts';
import type { ServiceId, WorkerId } from '../../domain';
import { LeaseId, TIME_TO_RECOVER_MAX_MS } from '../../domain';
import { leaf } from './leaf';
import { Text } from './text';

/** What each action takes. Undefined counts as not given. */

export interface Params<A> {
  readonly codec: t.Decoder<unknown, A> & { readonly is: t.Is<A> };
  /** All names there are; any other is refused. */
  readonly names: readonly string[];
}

export interface AddParams {
  readonly serviceId: ServiceId;
  readonly value: unknown;
  readonly token?: unknown;
}
export interface FetchParams {
  readonly serviceId: ServiceId;
  readonly workerId: WorkerId;
  readonly timeToRecover?: number | undefined;
  readonly details?: boolean | undefined;
}
export interface AckParams {
  readonly serviceId: ServiceId;
  readonly workerId: WorkerId;
  readonly leaseId?: LeaseId | undefined;
  readonly result?: unknown;
  readonly error?: unknown;
}
/** `workerId` is accepted and has no meaning: workers of the first imicros-flow-worker send it. */
export interface InfoParams {
  readonly serviceId: ServiceId;
  readonly workerId?: WorkerId | undefined;
}
export interface RewindParams {
  readonly serviceId: ServiceId;
  readonly last: number;
}

export const ServiceIdParam = leaf<ServiceId>(Text.name, (u): u is ServiceId => Text.is(u));
const WorkerIdParam = leaf<WorkerId>(Text.name, (u): u is WorkerId => Text.is(u));

const Value = leaf<unknown>('a value (null is one)', (u): u is unknown => u !== undefined);

export const TimeToRecover = leaf<number>(
  `a whole number of milliseconds from 1 to ${TIME_TO_RECOVER_MAX_MS}`,
  (u): u is number =>
    Number.isInteger(u) && (u as number) > 0 && (u as number) <= TIME_TO_RECOVER_MAX_MS,
);

const LeaseIdParam = leaf<LeaseId>('a leaseId as fetch gave it', LeaseId.is);

const Details = leaf<boolean>('true or false', t.boolean.is);

const Last = leaf<number>(
  'a whole number: the index of the last task that stays as it is',
  (u): u is number => Number.isSafeInteger(u),
);

export const params = <R extends t.Props, O extends t.Props>(required: R, optional: O) => ({
  codec: t.intersection([t.type(required), t.partial(optional)]),
  names: [...Object.keys(required), ...Object.keys(optional)],
});

export const AddParams: Params<AddParams> = params(
  { serviceId: ServiceIdParam, value: Value },
  { token: t.unknown },
);

export const FetchParams: Params<FetchParams> = params(
  { serviceId: ServiceIdParam, workerId: WorkerIdParam },
  { timeToRecover: TimeToRecover, details: Details },
);

export const AckParams: Params<AckParams> = params(
  { serviceId: ServiceIdParam, workerId: WorkerIdParam },
  { leaseId: LeaseIdParam, result: t.unknown, error: t.unknown },
);

export const InfoParams: Params<InfoParams> = params(
  { serviceId: ServiceIdParam },
  { workerId: WorkerIdParam },
);

export const RewindParams: Params<RewindParams> = params(
  { serviceId: ServiceIdParam, last: Last },
  {},
);
