import { randomUUID } from 'node:crypto';
import { fakeComposition, FakeWorkQueue } from '../../support/fakeWorkQueue';
import { aNumber, matching } from '../../support/matchers';
import { describeOnServers } from '../../support/servers';
import type { Open } from './subjects';
import { onEmbedded, onServers, useService } from './subjects';

/** The contract of the actions, on the fake facade and on both compositions. */

contractOn('the fake', async () => ({
  options: { compose: async () => fakeComposition(new FakeWorkQueue()) },
}));
contractOn('the embedded log', onEmbedded);
describeOnServers('on real servers', () => contractOn('Cassandra and Redis', onServers));

function contractOn(name: string, open: Open): void {
  describe(`worker.queue on ${name}`, () => contract(open));
}

/** One service for all tests; each has owners of its own. */
function contract(open: Open): void {
  const broker = useService(open);

  let ownerA: string;
  let ownerB: string;
  beforeEach(() => {
    [ownerA, ownerB] = [`A ${randomUUID()}`, `B ${randomUUID()}`];
  });
  const A = () => ({ meta: { ownerId: ownerA } });
  const B = () => ({ meta: { ownerId: ownerB } });
  const s = { serviceId: 's' };
  const w = { serviceId: 's', workerId: 'w' };
  const call = <T = unknown>(action: string, params: object, options: object = A()): Promise<T> =>
    broker().call(`worker.queue.${action}`, params, options);

  test('takes, hands out and confirms tasks in order', async () => {
    expect(await call('add', { ...s, value: { n: 1 } })).toBe(true);
    expect(await call('add', { ...s, value: 'two' })).toBe(true);
    expect(await call('fetch', w)).toEqual({ n: 1 });
    expect(await call('fetch', w)).toEqual({ n: 1 });
    expect(await call('fetch', { ...s, workerId: 'x' })).toBe('two');
    expect(await call('ack', w)).toBe(true);
    expect(await call('ack', w)).toBe(false);
    expect(await call('fetch', w)).toBeNull();
  });

  test('values keep their types', async () => {
    const value = { bytes: Buffer.from('b'), at: new Date(5), big: 5n, deep: [{ nothing: null }] };
    await call('add', { ...s, value });
    expect(await call('fetch', w)).toEqual(value);
  });

  test('details tell the value null from no task', async () => {
    expect(await call('fetch', { ...w, details: true })).toBeNull();
    await call('add', { ...s, value: null });
    const task = await call<Record<string, number>>('fetch', {
      ...w,
      details: true,
      timeToRecover: 5000,
    });
    expect(task).toEqual({
      value: null,
      index: 1,
      leaseId: matching(/^1\.\d+\.\d+$/),
      fetchedAt: aNumber,
      leaseUntil: (task['fetchedAt'] ?? 0) + 5000,
      deliveries: 1,
    });
  });

  test('a lease lasts 60 seconds by default', async () => {
    await call('add', { ...s, value: 1 });
    const task = await call<Record<string, number>>('fetch', { ...w, details: true });
    expect(task['leaseUntil']).toBe((task['fetchedAt'] ?? 0) + 60_000);
  });

  test('the leaseId is in the meta of a fetch, and null there without a task', async () => {
    await call('add', { ...s, value: 1 });
    const meta = { ownerId: ownerA };
    const fetch = broker().call('worker.queue.fetch', w, { meta });
    await fetch;
    expect((fetch as unknown as { ctx: { meta: object } }).ctx.meta).toHaveProperty(
      'lease',
      matching(/^1\./),
    );
    const none = broker().call('worker.queue.fetch', { ...s, workerId: 'x' }, { meta });
    await none;
    expect((none as unknown as { ctx: { meta: object } }).ctx.meta).toHaveProperty('lease', null);
  });

  test('an ack with another leaseId is refused', async () => {
    await call('add', { ...s, value: 1 });
    const { leaseId } = await call<{ leaseId: string }>('fetch', { ...w, details: true });
    expect(await call('ack', { ...w, leaseId: '1.1.999' })).toBe(false);
    expect(await call('ack', { ...w, leaseId })).toBe(true);
  });

  test('info counts, and takes a workerId', async () => {
    const nothing = { waiting: 0, leased: 0, returned: 0, pending: 0, gaps: 0 };
    expect(await call('info', { ...s, workerId: 'w' })).toEqual({
      INDEX: '0',
      FETCHED: '0',
      ...nothing,
      unacknowledged: [],
    });
    await call('add', { ...s, value: 1 });
    await call('add', { ...s, value: 2 });
    await call('fetch', { ...w, timeToRecover: 1000 });
    const info = await call<{ unacknowledged: { fetchedAt: number }[] }>('info', s);
    expect(info).toEqual({
      INDEX: '2',
      FETCHED: '1',
      ...nothing,
      waiting: 1,
      leased: 1,
      unacknowledged: [
        {
          workerId: 'w',
          index: 1,
          fetchedAt: aNumber,
          leaseUntil: (info.unacknowledged[0]?.fetchedAt ?? 0) + 1000,
        },
      ],
    });
  });

  test.each([0, -3])('a rewind to %d gives all tasks out again', async (last) => {
    await call('add', { ...s, value: 1 });
    await call('fetch', w);
    await call('ack', w);
    expect(await call('fetch', w)).toBeNull();
    expect(await call('rewind', { ...s, last })).toBe(true);
    expect(await call('fetch', w)).toBe(1);
  });

  test('an owner sees nothing of the queues of another', async () => {
    await call('add', { ...s, value: 'of A' });
    expect(await call('fetch', w, B())).toBeNull();
    expect(await call('info', s, B())).toMatchObject({ INDEX: '0' });
    await call('fetch', w);
    expect(await call('ack', w, B())).toBe(false);
    expect(await call('ack', w)).toBe(true);
    await call('add', { ...s, value: 'of B' }, B());
    expect(await call('rewind', { ...s, last: 0 })).toBe(true);
    expect(await call('fetch', w, B())).toBe('of B');
    expect(await call('fetch', w)).toBe('of A');
  });

  test('ownerId is no parameter, and changes nothing', async () => {
    await call('add', { ...s, value: 'of A' });
    for (const action of ['add', 'fetch', 'ack', 'info', 'rewind']) {
      const given = { ...s, ownerId: ownerA };
      await expect(call(action, given, B())).rejects.toMatchObject({
        code: 422,
        data: { path: 'ownerId' },
      });
    }
    expect(await call('info', s)).toMatchObject({ INDEX: '1', FETCHED: '0' });
  });

  test('no owner or two owners: NotAuthenticated, before the parameters are looked at', async () => {
    for (const meta of [
      {},
      { ownerId: ownerA, acl: { ownerId: ownerB } },
      { user: { ownerId: ownerA } },
    ]) {
      await expect(call('add', { nonsense: 1 }, { meta })).rejects.toMatchObject({
        type: 'NotAuthenticated',
        code: 401,
      });
    }
    expect(await call('add', { ...s, value: 1 }, { meta: { acl: { ownerId: ownerA } } })).toBe(
      true,
    );
    expect(await call('fetch', w)).toBe(1);
  });

  test('the serviceId of the meta wins', async () => {
    const meta = { ownerId: ownerA, service: { serviceId: 'agent' } };
    expect(await call('add', { value: 1 }, { meta })).toBe(true);
    expect(await call('add', { serviceId: 's', value: 2 }, { meta })).toBe(true);
    expect(await call('info', s)).toMatchObject({ INDEX: '0' });
    expect(await call('info', { serviceId: 'agent' })).toMatchObject({ INDEX: '2' });
    const bad = { ownerId: ownerA, service: { serviceId: '' } };
    await expect(call('info', s, { meta: bad })).rejects.toMatchObject({
      data: { path: 'serviceId' },
    });
  });

  test.each(['INDEX', 'FETCHED', '__proto__', 'constructor', 'a b/c:d?e', '😀'])(
    '%s is an ordinary name of a queue and of a worker',
    async (name) => {
      const both = { serviceId: name, workerId: name };
      await call('add', { serviceId: name, value: 1 });
      expect(await call('fetch', both)).toBe(1);
      expect(await call('info', { serviceId: name })).toMatchObject({
        INDEX: '1',
        unacknowledged: [{ workerId: name }],
      });
      expect(await call('info', s)).toMatchObject({ INDEX: '0' });
      expect(await call('ack', both)).toBe(true);
    },
  );
}
