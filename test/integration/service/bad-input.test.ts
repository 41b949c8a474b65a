import type { ServiceBroker } from 'moleculer';
import { QueueService } from '../../../src/service/queueService';
import { Brokers } from './brokers';
import { matching } from '../../support/matchers';

/** Bad input gets a typed error, and nothing is stored. */
const brokers = new Brokers();
let broker: ServiceBroker;

beforeAll(async () => {
  broker = await brokers.start([
    QueueService({ dataDir: brokers.folder(), keys: 'keyring', limits: { valueBytesMax: 1000 } }),
  ]);
});
afterAll(() => brokers.stop());

const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);
const s = { serviceId: 's' };
const w = { ...s, workerId: 'w' };

const bad: [action: string, what: string, params: object, path: string | RegExp][] = [
  ['add', 'no serviceId', { value: 1 }, 'serviceId'],
  ['add', 'a long serviceId', { serviceId: 'x'.repeat(257), value: 1 }, 'serviceId'],
  ['add', 'a lone surrogate', { serviceId: '\ud800', value: 1 }, 'serviceId'],
  ['add', 'no value', s, 'value'],
  ['add', 'a large value', { ...s, value: 'x'.repeat(1001) }, /^value/],
  ['add', 'a large token', { ...s, value: 1, token: 'x'.repeat(1001) }, /^token/],
  ['add', 'a deep value', { ...s, value: nested(2000) }, /^value/],
  ['add', 'a function', { ...s, value: { a: [() => 1] } }, /^value\.?.*a.*0/],
  ['add', 'a Map', { ...s, value: { a: new Map() } }, /^value.*a/],
  ['add', 'an unknown parameter', { ...s, value: 1, tokn: 1 }, 'tokn'],
  ['add', 'an owner', { ...s, value: 1, ownerId: 'B' }, 'ownerId'],
  ['fetch', 'an owner', { ...w, ownerId: 'B' }, 'ownerId'],
  ['ack', 'an owner', { ...w, ownerId: 'B' }, 'ownerId'],
  ['fetch', 'an empty workerId', { ...s, workerId: '' }, 'workerId'],
  ['fetch', 'NaN as timeToRecover', { ...w, timeToRecover: NaN }, 'timeToRecover'],
  ['fetch', '0 as timeToRecover', { ...w, timeToRecover: 0 }, 'timeToRecover'],
  [
    'fetch',
    'more than a day as timeToRecover',
    { ...w, timeToRecover: 86_400_001 },
    'timeToRecover',
  ],
  ['fetch', 'details that are no boolean', { ...w, details: 'yes' }, 'details'],
  ['ack', 'a leaseId of another form', { ...w, leaseId: 'x' }, 'leaseId'],
  ['ack', 'a large result', { ...w, result: 'x'.repeat(1001) }, /^result/],
  ['ack', 'a function in the error', { ...w, error: { f() {} } }, /^error/],
  ['rewind', 'a fraction as last', { ...s, last: 0.5 }, 'last'],
];

test.each(bad)('%s with %s is refused', async (action, _, params, path) => {
  const meta = { ownerId: 'A' };
  await broker.call('worker.queue.add', { serviceId: 's', value: 'kept' }, { meta });
  await broker.call('worker.queue.fetch', w, { meta });
  const before = await broker.call('worker.queue.info', s, { meta });

  const refused = broker.call(`worker.queue.${action}`, params, { meta });
  await expect(refused).rejects.toMatchObject({
    name: 'ValidationError',
    type: 'ValidationError',
    code: 422,
    retryable: false,
    data: { path: typeof path === 'string' ? path : matching(path) },
  });
  expect(await broker.call('worker.queue.info', s, { meta })).toEqual(before);
});

test('a rewind beyond the last index or of a queue that does not exist changes nothing', async () => {
  const meta = { ownerId: 'B' };
  await broker.call('worker.queue.add', { ...s, value: 1 }, { meta });
  const beyond = broker.call('worker.queue.rewind', { ...s, last: 2 ** 40 }, { meta });
  await expect(beyond).rejects.toMatchObject({ type: 'RewindRefused', code: 422 });
});
