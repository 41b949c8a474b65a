import * as t from 'io-ts';
import type { ServiceId, WorkerId } from '../../domain';
import { LEASE_ID, LeaseId, TIME_TO_RECOVER_MAX_MS } from '../../domain';
import type { Leaf } from './leaf';
import { leaf } from './leaf';
import type { JsonSchema } from './schema';
import { Text } from './text';

/** What each action takes. Undefined counts as not given. */

export interface Params<A> {
  readonly codec: t.Decoder<unknown, A> & { readonly is: t.Is<A> };
  /** All names there are; any other is refused. */
  readonly names: readonly string[];
  /** Of each of them. */
  readonly schemas: Readonly<Record<string, JsonSchema>>;
  readonly required: readonly string[];
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

export const ServiceIdParam = leaf<ServiceId>(
  Text.name,
  {
    ...Text.schema,
    description:
      'Names the queue: the external service whose tasks these are. At most 256 bytes of UTF-8.',
    examples: ['mailer'],
  },
  (u): u is ServiceId => Text.is(u),
);
const WorkerIdParam = leaf<WorkerId>(
  Text.name,
  {
    ...Text.schema,
    description: 'A name that each worker chooses for itself. At most 256 bytes of UTF-8.',
    examples: ['worker-1'],
  },
  (u): u is WorkerId => Text.is(u),
);

const Value = leaf<unknown>(
  'a value (null is one)',
  {
    description:
      'What the worker gets: any JSON. By default at most 262,144 bytes encoded and 100 levels deep.',
  },
  (u): u is unknown => u !== undefined,
);

/** Whatever a caller leaves for whoever reads it later; nothing is asked of it here. */
const anything = (description: string) => leaf<unknown>('a value', { description }, t.unknown.is);
const Token = anything(
  'Any JSON. When the task is acked, activity.completed is called with it, before the ack counts.',
);
const Result = anything('Any JSON: what came of the task. It is kept with the ack.');
const Failure = anything('Any JSON: why the task failed. It is kept with the ack.');

export const TimeToRecover = leaf<number>(
  `a whole number of milliseconds from 1 to ${TIME_TO_RECOVER_MAX_MS}`,
  {
    type: 'integer',
    minimum: 1,
    maximum: TIME_TO_RECOVER_MAX_MS,
    description:
      'Milliseconds: after this time a task that was not acked is given to another worker.',
    examples: [30_000],
  },
  (u): u is number =>
    Number.isInteger(u) && (u as number) > 0 && (u as number) <= TIME_TO_RECOVER_MAX_MS,
);

const LeaseIdParam = leaf<LeaseId>(
  'a leaseId as fetch gave it',
  {
    type: 'string',
    pattern: LEASE_ID.source,
    description:
      'The lease that is meant, as fetch gave it (X-Lease-Id). Without: the task that the worker holds ' +
      'now, which may be another one than it has done.',
    examples: ['1.1.3'],
  },
  LeaseId.is,
);

const Details = leaf<boolean>(
  'true or false',
  {
    type: 'boolean',
    default: false,
    description: 'true: the answer is the task with its lease, not its value alone.',
  },
  t.boolean.is,
);

const Last = leaf<number>(
  'a whole number: the index of the last task that stays as it is',
  {
    type: 'integer',
    minimum: Number.MIN_SAFE_INTEGER,
    maximum: Number.MAX_SAFE_INTEGER,
    description:
      'Index of the last task that stays as it is, at most INDEX of info; below 0 counts as 0.',
    examples: [0],
  },
  (u): u is number => Number.isSafeInteger(u),
);

type Leaves = Readonly<Record<string, t.Mixed & Pick<Leaf<unknown>, 'schema'>>>;

export const params = <R extends Leaves, O extends Leaves>(required: R, optional: O) => ({
  codec: t.intersection([t.type(required), t.partial(optional)]),
  names: [...Object.keys(required), ...Object.keys(optional)],
  schemas: Object.fromEntries(
    Object.entries({ ...required, ...optional }).map(([name, { schema }]) => [name, schema]),
  ),
  required: Object.keys(required),
});

export const AddParams: Params<AddParams> = params(
  { serviceId: ServiceIdParam, value: Value },
  { token: Token },
);

export const FetchParams: Params<FetchParams> = params(
  { serviceId: ServiceIdParam, workerId: WorkerIdParam },
  { timeToRecover: TimeToRecover, details: Details },
);

export const AckParams: Params<AckParams> = params(
  { serviceId: ServiceIdParam, workerId: WorkerIdParam },
  { leaseId: LeaseIdParam, result: Result, error: Failure },
);

export const InfoParams: Params<InfoParams> = params(
  { serviceId: ServiceIdParam },
  { workerId: WorkerIdParam },
);

export const RewindParams: Params<RewindParams> = params(
  { serviceId: ServiceIdParam, last: Last },
  {},
);
