import type { BrokerOptions, ServiceBroker } from 'moleculer';
import {
  InvalidInput,
  OutcomeUnknown,
  Overloaded,
  PayloadUnreadable,
  Rebuilding,
} from '../../../src/domain';
import { QueueService } from '../../../src/service/queueService';
import { fakeComposition, FakeWorkQueue } from '../../support/fakeWorkQueue';
import { Brokers } from './brokers';

const meta = { ownerId: 'A' };
const add = { serviceId: 's', value: 1 };

/** Both nodes would repeat what can be repeated, and give up on what fails. */
const eager: BrokerOptions = {
  retryPolicy: { enabled: true, retries: 2, delay: 1 },
  circuitBreaker: { enabled: true, minRequestCount: 1, threshold: 0.1 },
};

/** In this process; it tells of new services without waiting a second for more. */
const fakeTransporter = {
  transporter: 'fake',
  transit: { serviceChangedDebounceTime: 1 },
} as object as BrokerOptions;

describe.each([
  ['on the same node', false],
  ['from another node', true],
])('called %s', (_, remote) => {
  const brokers = new Brokers();
  let caller: ServiceBroker;
  let queue: FakeWorkQueue;

  beforeAll(async () => {
    queue = new FakeWorkQueue();
    const service = QueueService({ compose: async () => fakeComposition(queue) });
    const options = remote ? { ...eager, ...fakeTransporter } : eager;
    const server = await brokers.start([service], { ...options, nodeID: 'server' });
    caller = remote ? await brokers.start([], { ...options, nodeID: 'caller' }) : server;
    await caller.waitForServices('worker.queue', 5000, 10);
  });
  beforeEach(() => queue.forget());
  afterAll(() => brokers.stop());
  test.each([
    [new InvalidInput('m', { path: 'value' }), 422, false, { path: 'value' }],
    [new Overloaded('m', { retryAfterMs: 10 }), 429, true, { retryAfterMs: 10 }],
    [new Rebuilding('m', { retryAfterMs: 500 }), 503, true, { retryAfterMs: 500 }],
    [new OutcomeUnknown('m'), 503, true, {}],
    [new PayloadUnreadable('m'), 500, false, {}],
  ])('%p keeps type, code and data', async (failure, code, retryable, data) => {
    queue.failures.push(failure);
    const { type } = failure;
    await expect(caller.call('worker.queue.add', add, { meta })).rejects.toMatchObject({
      message: 'm',
      type,
      code,
      retryable,
      data,
    });
  });

  test('a bug tells nothing', async () => {
    queue.failures.push(new TypeError('secret'));
    const call = caller.call('worker.queue.add', add, { meta });
    await expect(call).rejects.toMatchObject({
      type: 'InternalError',
      message: 'Internal error',
      code: 500,
    });
  });

  test.each([
    ['add', add],
    ['rewind', { serviceId: 's', last: 0 }],
  ])('%s is not repeated by a retry policy', async (action, params) => {
    queue.failures.push(new OutcomeUnknown('m'), new OutcomeUnknown('m'));
    await expect(caller.call(`worker.queue.${action}`, params, { meta })).rejects.toMatchObject({
      type: 'OutcomeUnknown',
    });
    expect(queue.calls).toHaveLength(1);
  });

  test('fetch is, with the same parameters', async () => {
    await caller.call('worker.queue.add', add, { meta });
    queue.failures.push(new Rebuilding('m'));
    const fetch = { serviceId: 's', workerId: 'w', timeToRecover: 5 };
    expect(await caller.call('worker.queue.fetch', fetch, { meta })).toBe(1);
    expect(queue.calls.map(({ given }) => given).slice(1)).toEqual([
      { workerId: 'w', timeToRecoverMs: 5, recoverBy: 'lease' },
      { workerId: 'w', timeToRecoverMs: 5, recoverBy: 'lease' },
    ]);
  });

  test('the trouble of one owner does not shut out the others', async () => {
    for (let i = 0; i < 5; i++) {
      queue.failures.push(new PayloadUnreadable('m'));
      await expect(caller.call('worker.queue.add', add, { meta })).rejects.toThrow('m');
    }
    expect(await caller.call('worker.queue.add', add, { meta: { ownerId: 'B' } })).toBe(true);
  });
});
