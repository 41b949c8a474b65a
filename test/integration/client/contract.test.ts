import { randomUUID } from 'node:crypto';
import type { QueueClient } from '../../../src/client';
import { CallFailed } from '../../../src/client';
import type { QueueError } from '../../../src/domain';
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
  Rebuilding,
  RewindRefused,
  Stopping,
} from '../../../src/domain';
import { fakeComposition, FakeWorkQueue } from '../../support/fakeWorkQueue';
import { aNumber, aString, matching } from '../../support/matchers';
import { Served, WAYS } from './served';

/** One contract, whichever way the calls go. */

interface Mail {
  readonly to: string;
}

describe.each(WAYS)('a client over %s', (way) => {
  const served = new Served();
  let client: QueueClient<Mail | null, string>;
  let serviceId: string;

  beforeAll(async () => {
    await served.start();
    client = served.client(way);
  });
  beforeEach(() => (serviceId = randomUUID()));
  afterAll(() => served.stop());

  const added = (to: string): Promise<true> => client.add({ serviceId, value: { to } });
  const fetched = (workerId = 'w', timeToRecover?: number) =>
    client.fetch({ serviceId, workerId, timeToRecover });

  test('a task goes from add over fetch to ack', async () => {
    expect(await added('ann')).toBe(true);
    const task = await fetched();
    expect(task).toEqual({
      value: { to: 'ann' },
      index: 1,
      leaseId: matching(/^1\.\d+\.\d+$/),
      leaseUntil: aNumber,
      fetchedAt: aNumber,
      deliveries: 1,
    });
    expect(task!.leaseUntil - task!.fetchedAt).toBe(60_000);
    const ack = { serviceId, workerId: 'w', leaseId: task!.leaseId, result: 'sent' };
    expect(await client.ack(ack)).toBe(true);
    expect(await client.ack(ack)).toBe(false);
    expect(await fetched()).toBeNull();
  });

  test('the value null is told from no task', async () => {
    expect(await fetched()).toBeNull();
    await client.add({ serviceId, value: null });
    expect(await fetched()).toMatchObject({ value: null, index: 1 });
  });

  test('a worker that fetches again gets the same task, another the next', async () => {
    await added('ann');
    await added('bob');
    const first = await fetched('w');
    expect(await fetched('w')).toEqual(first);
    expect(await fetched('other')).toMatchObject({ index: 2 });
  });

  test('timeToRecover is the length of the lease', async () => {
    await added('ann');
    const task = await fetched('w', 5_000);
    expect(task!.leaseUntil - task!.fetchedAt).toBe(5_000);
  });

  test('an ack with the lease of another task answers false', async () => {
    await added('ann');
    await fetched();
    expect(await client.ack({ serviceId, workerId: 'w', leaseId: '7.1.1' })).toBe(false);
  });

  test.each([
    ['result', { result: 'sent' }],
    ['error', { error: { name: 'Error', message: 'no such address' } }],
  ])('activity hears of the token and the %s', async (_, outcome) => {
    await client.add({ serviceId, value: { to: 'ann' }, token: { of: serviceId } });
    const { leaseId } = (await fetched())!;
    expect(await client.ack({ serviceId, workerId: 'w', leaseId, ...outcome })).toBe(true);
    expect(served.completed).toContainEqual({ token: { of: serviceId }, ...outcome });
  });

  test('info tells of the queue, and zeros of one that is not there', async () => {
    await added('ann');
    await added('bob');
    await fetched();
    const unacknowledged = [{ workerId: 'w', index: 1, fetchedAt: aNumber, leaseUntil: aNumber }];
    const counts = { waiting: 1, leased: 1, returned: 0, pending: 0, gaps: 0 };
    expect(await client.info({ serviceId })).toEqual({
      ...{ INDEX: '2', FETCHED: '1' },
      ...{ ...counts, unacknowledged },
    });
    expect(await client.info({ serviceId: randomUUID() })).toMatchObject({ INDEX: '0' });
  });

  test('after a rewind the tasks above wait again', async () => {
    await added('ann');
    const { leaseId } = (await fetched())!;
    await client.ack({ serviceId, workerId: 'w', leaseId });
    expect(await client.rewind({ serviceId, last: 0 })).toBe(true);
    expect(await fetched()).toMatchObject({ index: 1, deliveries: 2 });
  });

  test.each(['a b', 'a/b', '..a', '%', '😀', 'a?b#c', '__proto__'])(
    '%s is an ordinary name of a queue and of a worker',
    async (name) => {
      const queue = { serviceId: name };
      await client.add({ ...queue, value: { to: name } });
      const task = await client.fetch({ ...queue, workerId: name });
      expect(task).toMatchObject({ value: { to: name } });
      const { leaseId } = task!;
      expect(await client.ack({ ...queue, workerId: name, leaseId })).toBe(true);
      expect(await client.info(queue)).toMatchObject({ INDEX: '1', waiting: 0, leased: 0 });
    },
  );

  test.each<[string, () => Promise<unknown>]>([
    ['value', () => client.add({ serviceId } as never)],
    ['workerId', () => client.fetch({ serviceId, workerId: '' })],
    ['timeToRecover', () => client.fetch({ serviceId, workerId: 'w', timeToRecover: 0 })],
    ['leaseId', () => client.ack({ serviceId, workerId: 'w', leaseId: 'x' })],
    ['last', () => client.rewind({ serviceId, last: 1.5 })],
    ['valeu', () => client.add({ serviceId, valeu: 1 } as never)],
    ['serviceId', () => client.info({ serviceId: '' })],
    ['serviceId', () => client.info({ serviceId: '\ud800' })],
  ])('a wrong %s is InvalidInput that names it', async (path, call) => {
    const error = await refusal(call());
    expect(error).toBeInstanceOf(InvalidInput);
    expect(error).toMatchObject({ data: { path, expected: aString }, retryable: false });
  });

  test('a rewind beyond the last index is RewindRefused', async () => {
    await added('ann');
    expect(await refusal(client.rewind({ serviceId, last: 7 }))).toBeInstanceOf(RewindRefused);
  });

  test('a signal ends a call with its reason, before it was sent or while it is under way', async () => {
    const reason = new Error('enough');
    expect(await refusal(client.info({ serviceId }, { signal: AbortSignal.abort(reason) }))).toBe(
      reason,
    );
    const controller = new AbortController();
    const call = refusal(client.info({ serviceId }, { signal: controller.signal }));
    controller.abort(reason);
    expect(await call).toBe(reason);
  });
});

describe.each(WAYS)('what a client over %s is told of an error', (way) => {
  const queue = new FakeWorkQueue();
  const served = new Served();
  beforeAll(() => served.start({ compose: async () => fakeComposition(queue) }));
  beforeEach(() => queue.forget());
  afterAll(() => served.stop());

  const asked = async (failure: unknown): Promise<QueueError> => {
    queue.failures.push(failure);
    return refusal(served.client(way).info({ serviceId: 's' })) as Promise<QueueError>;
  };

  test.each([
    new InvalidInput('m', { path: 'value', expected: 'a value' }),
    new RewindRefused('m', { last: 7 }),
    new NotAuthenticated('m'),
    new Overloaded('m', { retryAfterMs: 10 }),
    new KeyUnavailable("The owner's key cannot be had at the moment.", { reason: 'answer' }),
    new LogUnavailable('m'),
    new ProjectionUnavailable('m'),
    new OutcomeUnknown('m'),
    new Rebuilding('m', { retryAfterMs: 500 }),
    new Stopping('m'),
    new ActivityFailed('m'),
    new PayloadUnreadable('m', { index: 7, leaseId: '7.1.1' }),
  ])('%p is the same error', async (failure) => {
    const error = await asked(failure);
    const { message, type, retryable, data, name } = failure;
    expect(error).toBeInstanceOf(failure.constructor);
    expect(error).toMatchObject({ name, message, type, retryable, data });
  });

  test('a bug is CallFailed, not to be repeated', async () => {
    const error = await asked(new TypeError('secret'));
    expect(error).toBeInstanceOf(CallFailed);
    const data = { type: 'InternalError', code: 500 };
    expect(error).toMatchObject({ type: 'CallFailed', retryable: false, data });
    expect(error.message).not.toContain('secret');
  });

  test('a call without an answer in time is CallFailed, and may be repeated', async () => {
    const slow = jest.spyOn(queue, 'info').mockReturnValue(new Promise(() => undefined));
    const call = served.client(way, { timeoutMs: 50 }).info({ serviceId: 's' });
    expect(await refusal(call)).toMatchObject({ type: 'CallFailed', retryable: true });
    slow.mockRestore();
  });
});

describe.each(WAYS)('a client over %s without a queue service', (way) => {
  const served = new Served();
  afterEach(() => served.stop());

  test('is told so, and may come again', async () => {
    await served.start();
    const client = served.client(way);
    await served.stopQueue();
    const error = await refusal(client.info({ serviceId: 's' }));
    expect(error).toBeInstanceOf(CallFailed);
    expect(error).toMatchObject({ retryable: true });
  });
});

/** What a call is refused with; that it was answered is an error of the test. */
const refusal = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    (answer) => Promise.reject(new Error(`it answered ${JSON.stringify(answer)}`)),
    (error: unknown) => error,
  );
