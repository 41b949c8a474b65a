import type { QueueError } from '../domain/errors';
import {
  ActivityFailed,
  InvalidInput,
  KeyUnavailable,
  LogUnavailable,
  NotAuthenticated,
  OperatorOnly,
  OutcomeUnknown,
  Overloaded,
  PayloadUnreadable,
  ProjectionUnavailable,
  Rebuilding,
  RewindRefused,
  Stopping,
} from '../domain/errors';
import { CallFailed } from './callFailed';

/** What came of an error over the way it took. */
export interface ToldError {
  readonly message: string;
  readonly type?: unknown;
  readonly code?: unknown;
  readonly data?: unknown;
  /** Where the way has no word for it, the code decides. */
  readonly retryable?: unknown;
}

type ErrorClass = new (message: string, data?: Record<string, unknown>) => QueueError;

const CLASSES: ReadonlyMap<unknown, ErrorClass> = new Map<unknown, ErrorClass>([
  ['ValidationError', InvalidInput],
  ['RewindRefused', RewindRefused],
  ['NotAuthenticated', NotAuthenticated],
  ['OperatorOnly', OperatorOnly],
  ['Overloaded', Overloaded],
  ['KeyUnavailable', KeyUnavailable],
  ['LogUnavailable', LogUnavailable],
  ['ProjectionUnavailable', ProjectionUnavailable],
  ['OutcomeUnknown', OutcomeUnknown],
  ['Rebuilding', Rebuilding],
  ['Stopping', Stopping],
  ['ActivityFailed', ActivityFailed],
  ['PayloadUnreadable', PayloadUnreadable],
]);

/** Request time-out, too many requests, and what stands before a server that is not there. */
const RETRYABLE_CODES: readonly unknown[] = [408, 429, 502, 503, 504];

/** The error that the queue threw, as far as it can be known again; else CallFailed. */
export function remade(told: ToldError, cause?: unknown): QueueError {
  const { message, type, code } = told;
  const data = isRecord(told.data) ? told.data : {};
  const Known = CLASSES.get(type);
  if (Known !== undefined) return new Known(message, data);
  const retryable =
    typeof told.retryable === 'boolean' ? told.retryable : RETRYABLE_CODES.includes(code);
  return new CallFailed(message, retryable, { ...data, type, code }, cause);
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
