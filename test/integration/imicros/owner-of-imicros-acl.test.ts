import type { ServiceBroker } from 'moleculer';
import { QueueService } from '../../../src/service/queueService';
import { Brokers } from '../service/brokers';
import { accessToken, aclService, guarded, withAcl } from './acl';

const brokers = new Brokers();
let broker: ServiceBroker;

beforeEach(async () => {
  const queue = QueueService({ dataDir: brokers.folder(), keys: 'keyring', jobs: false });
  broker = await brokers.start([aclService(), guarded(queue)], withAcl());
});
afterEach(() => brokers.stop());

/** What a service sends along for its user; Moleculer writes into it, so a new one for each call. */
const as = (ownerId: string, more: object = {}) => ({
  meta: { user: { id: 'u' }, acl: { accessToken: accessToken(ownerId, 'u') }, ...more },
});
const add = (meta: object, value: unknown = 1, params: object = {}) =>
  broker.call('worker.queue.add', { serviceId: 's', value, ...params }, meta);
const fetch = (meta: object) =>
  broker.call('worker.queue.fetch', { serviceId: 's', workerId: 'w' }, meta);
const added = async (ownerId: string) => {
  const info = await broker.call('worker.queue.info', { serviceId: 's' }, as(ownerId));
  return (info as { INDEX: string }).INDEX;
};

test('the owner is that of the access token', async () => {
  await add(as('A'), 'of A');
  await add(as('B'), 'of B');
  expect(await fetch(as('A'))).toBe('of A');
  expect(await fetch(as('B'))).toBe('of B');
});

test.each<[string, object]>([
  ['meta.ownerId', { ownerId: 'B' }],
  [
    'meta.acl.ownerId beside the token',
    { acl: { accessToken: accessToken('A', 'u'), ownerId: 'B' } },
  ],
  [
    'both',
    { ownerId: 'B', acl: { accessToken: accessToken('A', 'u'), ownerId: 'B', unrestricted: true } },
  ],
])('%s names no other owner', async (_, more) => {
  expect(await add(as('A', more))).toBe(true);
  expect([await added('A'), await added('B')]).toEqual(['1', '0']);
});

test.each(['ownerId', 'owner'])('the parameter %s names no other owner', async (name) => {
  const naming = add(as('A'), 1, { [name]: 'B' });
  await expect(naming).rejects.toMatchObject({ type: 'ValidationError', code: 422 });
  expect([await added('A'), await added('B')]).toEqual(['0', '0']);
});

test.each<[string, object]>([
  ['no token', { acl: undefined }],
  ['an owner but no token', { ownerId: 'A', acl: { ownerId: 'A', unrestricted: true } }],
  ['a token signed by somebody else', { acl: { accessToken: accessToken('A', 'u', 'other') } }],
  ['a token of another user', { acl: { accessToken: accessToken('A', 'somebody') } }],
])('a call with %s is refused, and nothing is stored', async (_, more) => {
  await expect(add(as('A', more))).rejects.toThrow('access not authorized');
  expect(await added('A')).toBe('0');
});
