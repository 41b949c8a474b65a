import type { QueueError } from '../../../src/domain';
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
} from '../../../src/domain';

test.each<[new (message: string) => QueueError, string, boolean]>([
  [LogUnavailable, 'LogUnavailable', true],
  [ProjectionUnavailable, 'ProjectionUnavailable', true],
  [OutcomeUnknown, 'OutcomeUnknown', true],
  [Rebuilding, 'Rebuilding', true],
  [Overloaded, 'Overloaded', true],
  [Stopping, 'Stopping', true],
  [KeyUnavailable, 'KeyUnavailable', true],
  [RewindRefused, 'RewindRefused', false],
  [InvalidInput, 'ValidationError', false],
  [PayloadUnreadable, 'PayloadUnreadable', false],
  [NotAuthenticated, 'NotAuthenticated', false],
  [OperatorOnly, 'OperatorOnly', false],
  [ActivityFailed, 'ActivityFailed', true],
])('%p says its type, and whether the same call may go through later', (kind, type, retryable) => {
  const error = new kind('why');
  expect(error).toMatchObject({ name: kind.name, message: 'why', type, retryable, data: {} });
  expect(Object.hasOwn(error, 'cause')).toBe(false);
});

test('an error keeps what it is about, and its cause', () => {
  const cause = new Error('connection lost');
  const error = new LogUnavailable('why', { queue: 'q' }, cause);
  expect(error.data).toEqual({ queue: 'q' });
  expect(error.cause).toBe(cause);
});
