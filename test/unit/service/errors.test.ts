import { Errors } from 'moleculer';
import {
  ActivityFailed,
  InvalidInput,
  KeyUnavailable,
  LogUnavailable,
  NotAuthenticated,
  OutcomeUnknown,
  Overloaded,
  PayloadUnreadable,
  ProjectionUnavailable,
  QueueError,
  Rebuilding,
  RewindRefused,
  Stopping,
} from '../../../src/domain';
import { toMoleculerError } from '../../../src/service/errors';

const log = { warn: jest.fn(), error: jest.fn() };
beforeEach(() => log.error.mockReset());

test.each([
  [InvalidInput, 'ValidationError', 422, false],
  [RewindRefused, 'RewindRefused', 422, false],
  [NotAuthenticated, 'NotAuthenticated', 401, false],
  [Overloaded, 'Overloaded', 429, true],
  [LogUnavailable, 'LogUnavailable', 503, true],
  [ProjectionUnavailable, 'ProjectionUnavailable', 503, true],
  [OutcomeUnknown, 'OutcomeUnknown', 503, true],
  [Rebuilding, 'Rebuilding', 503, true],
  [Stopping, 'Stopping', 503, true],
  [ActivityFailed, 'ActivityFailed', 503, true],
  [PayloadUnreadable, 'PayloadUnreadable', 500, false],
])('%p becomes %s, code %d, retryable: %p', (Refusal, type, code, retryable) => {
  const error = toMoleculerError(
    new Refusal('why', { retryAfterMs: 250 }, new Error('secret')),
    log,
  );
  expect(error).toBeInstanceOf(Errors.MoleculerError);
  expect(error).toMatchObject({
    message: 'why',
    type,
    code,
    retryable,
    data: { retryAfterMs: 250 },
  });
  expect(JSON.stringify(error)).not.toContain('secret');
  // Another node restores the error by the name of its class: only Moleculer's own have one it knows.
  expect(Errors).toHaveProperty(error.name);
});

test('why a key cannot be had is for the log of the service, not for its caller', () => {
  const data = { reason: 'keyring', file: '/where/it/lies', index: 7, leaseId: '7.1.2' };
  const told = toMoleculerError(new KeyUnavailable('The keyring /where/it/lies ...', data), log);
  expect(told).toMatchObject({ type: 'KeyUnavailable', code: 503, retryable: true });
  expect(told.data).toEqual({ reason: 'keyring', index: 7, leaseId: '7.1.2' });
  expect(JSON.stringify(told)).not.toContain('/where');
  expect(log.warn).toHaveBeenCalledWith('The keyring /where/it/lies ...');
});

class Unheard extends QueueError {
  readonly type = 'Unheard';
  readonly retryable = true;
}

test.each([[new TypeError('secret')], ['secret'], [undefined], [new Unheard('secret')]])(
  '%p is a bug: logged, and the caller learns nothing of it',
  (bug) => {
    const error = toMoleculerError(bug, log);
    expect(error).toMatchObject({ type: 'InternalError', code: 500, retryable: false, data: {} });
    expect(`${error.message} ${String(error.stack)}`).not.toContain('secret');
    expect(log.error).toHaveBeenCalledWith(expect.any(String), bug);
  },
);
