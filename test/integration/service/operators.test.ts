import { randomUUID } from 'node:crypto';
import { QueueService } from '../../../src/service/queueService';
import { aNumber, containing, matching } from '../../support/matchers';
import { describeOnServers } from '../../support/servers';
import { until } from '../../support/until';
import type { Open } from './subjects';
import { onEmbedded, onServers, useService } from './subjects';

/** What operators can ask and do over Moleculer, on both compositions. */

const ACTIONS: readonly (readonly [string, object])[] = [
  ['audit.replay', {}],
  ['audit.explain', { task: 1 }],
  ['audit.state', { at: 0 }],
  ['audit.whatIf', { timeToRecover: 1000 }],
  ['audit.verify', {}],
  ['projection.verify', {}],
  ['projection.rebuild', {}],
];

describe('worker.queue for operators, on the embedded log', () => operators(onEmbedded));
describeOnServers('on real servers', () => {
  describe('worker.queue for operators, on Cassandra and Redis', () => operators(onServers));
});

function operators(open: Open): void {
  const broker = useService(open);
  const s = { serviceId: 's' };
  let ownerId: string;

  beforeEach(() => {
    ownerId = `owner ${randomUUID()}`;
  });

  const as = <T>(acl: object, action: string, params: object): Promise<T> =>
    broker().call(`worker.queue.${action}`, { ...s, ...params }, { meta: { acl } });
  const call = <T = Replayed>(action: string, params: object = {}): Promise<T> =>
    as(
      { ownerId, ...(/^(audit|projection)\./.test(action) ? { operator: true } : {}) },
      action,
      params,
    );

  /** Task 1 is acked after a refused ack, 2 waits. */
  const befall = async (): Promise<{ leaseId: string }> => {
    for (const value of ['one', 'two']) await call('add', { value });
    const task = await call<{ leaseId: string }>('fetch', { workerId: 'w', details: true });
    expect(await call('ack', { workerId: 'w', leaseId: task.leaseId, result: 'sent' })).toBe(true);
    expect(await call('ack', { workerId: 'w', leaseId: task.leaseId })).toBe(false);
    return task;
  };

  test.each(ACTIONS)(
    '%s: no operator, no answer; of another owner: no such queue',
    async (...of) => {
      const [action, params] = of;
      await call('add', { value: 1 });
      const refused = { type: 'OperatorOnly', code: 403 };
      for (const acl of [{ ownerId }, { ownerId, operator: 'true' }, { ownerId, operator: 1 }]) {
        await expect(as(acl, action, params)).rejects.toMatchObject(refused);
      }
      const other = as({ ownerId: 'somebody', operator: true }, action, params);
      await expect(other).rejects.toMatchObject({ type: 'NoSuchQueue', code: 404 });
      await expect(as({ operator: true }, action, params)).rejects.toMatchObject({ code: 401 });
    },
  );

  test.each(ACTIONS)('%s cannot be routed to by a gateway as it comes', (action) => {
    const { actions } = QueueService({}) as { actions: Record<string, { visibility: string }> };
    expect(actions[action]?.visibility).toBe('public');
  });

  test('replay: the rows of the log, chosen, at most as many as asked for', async () => {
    const { leaseId } = await befall();
    const types = async (params: object) =>
      (await call('audit.replay', params)).events.map(({ type }) => type);
    await until(async () => (await types({ type: 'Refused' })).length === 1);
    expect(await types({})).toEqual(['Refused', 'Added', 'Fetched', 'Acked', 'Added']);
    expect(await types({ task: 1, type: 'Acked' })).toEqual(['Acked']);
    expect(await types({ to: '2020-01-01' })).toEqual([]);
    expect(await types({ order: 'version', worker: 'w' })).toEqual(
      expect.arrayContaining(['Fetched', 'Refused', 'Acked']),
    );
    expect(await call('audit.replay', { task: 1, limit: 2 })).toMatchObject({ isCut: true });
    expect(await call('audit.replay', { task: 1, limit: 4 })).toEqual({
      events: [
        expect.objectContaining({ type: 'Refused', leaseId }),
        expect.objectContaining({ type: 'Added', at: matching(/^\d{4}-.*Z$/), epoch: 1 }),
        expect.objectContaining({ type: 'Fetched', leaseId, workerId: 'w' }),
        expect.objectContaining({ type: 'Acked', leaseId }),
      ],
      isCut: false,
      droppedTo: 0,
      damaged: [],
      damagedCount: 0,
    });
  });

  test('replay opens payloads if asked to, which is recorded with who asked', async () => {
    await befall();
    const { events } = await call('audit.replay', { type: 'Added', reveal: true });
    expect(events.map(({ revealed }) => revealed)).toEqual([{ value: 'one' }, { value: 'two' }]);
    const closed = await call('audit.replay', { type: 'Added' });
    expect(closed.events.map(({ revealed }) => revealed)).toEqual([undefined, undefined]);
    expect((await call('audit.replay', { type: 'Revealed' })).events).toMatchObject([
      { by: containing(`operator of "${ownerId}"`), query: containing('"type":"Added"') },
    ]);
  });

  test('explain, state and what-if tell what the commands tell', async () => {
    await befall();
    expect(await call('audit.explain', { task: 1 })).toMatchObject({
      task: 1,
      status: 'acked',
      deliveries: 1,
      conclusion: containing('done'),
      damagedCount: 0,
    });
    expect(await call('audit.state', { at: new Date().toISOString() })).toMatchObject({
      tasks: 2,
      acked: 1,
      waiting: 1,
    });
    expect(await call('audit.whatIf', { timeToRecover: 1000 })).toMatchObject({
      recorded: { tasks: 2 },
      whatIf: { tasks: 2 },
    });
  });

  test('verify says that it cannot tell where nothing is sealed', async () => {
    await befall();
    expect(await call('audit.verify')).toMatchObject({
      seals: 0,
      findings: [],
      unclear: ['Nothing of this queue is sealed.'],
    });
  });

  test('the projection is equal, and after a rebuild still is', async () => {
    await befall();
    expect(await call('projection.verify')).toMatchObject({
      outcome: 'equal',
      differences: [],
      isRepaired: false,
    });
    expect(await call('projection.rebuild')).toEqual({ epoch: aNumber });
    expect(await call('projection.verify', { repair: true })).toMatchObject({
      outcome: 'equal',
      isRepaired: false,
    });
    expect(await call('fetch', { workerId: 'w' })).toBe('two');
  });

  test.each([
    ['audit.replay', { limit: 0 }, 'limit'],
    ['audit.replay', { limit: 1001 }, 'limit'],
    ['audit.replay', { limit: 101, reveal: true }, 'limit'],
    ['audit.replay', { from: 'yesterday' }, 'from'],
    ['audit.replay', { from: '2026-01-31T12:00:00' }, 'from'],
    ['audit.replay', { type: 'Eaten' }, 'type'],
    ['audit.replay', { order: 'random' }, 'order'],
    ['audit.replay', { by: 'me' }, 'by'],
    ['audit.explain', {}, 'task'],
    ['audit.explain', { task: 1.5 }, 'task'],
    ['audit.state', { at: -1 }, 'at'],
    ['audit.whatIf', { timeToRecover: 0 }, 'timeToRecover'],
    ['projection.verify', { repair: 'yes' }, 'repair'],
    ['projection.rebuild', { ownerId: 'other' }, 'ownerId'],
  ])('%s %j is refused, and nothing is recorded', async (action, params, path) => {
    await call('add', { value: 1 });
    await expect(call(action, params)).rejects.toMatchObject({
      type: 'ValidationError',
      data: { path },
    });
    expect((await call('audit.replay', { type: 'Revealed' })).events).toEqual([]);
  });
}

interface Replayed {
  readonly events: readonly Readonly<Record<string, unknown>>[];
}
