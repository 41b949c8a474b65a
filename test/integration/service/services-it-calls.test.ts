import type { Context } from 'moleculer';
import { Errors } from 'moleculer';
import { QueueService } from '../../../src/service/queueService';
import { fakeComposition, FakeWorkQueue } from '../../support/fakeWorkQueue';
import { Brokers } from './brokers';
import { having, without } from '../../support/matchers';

const brokers = new Brokers();
afterEach(() => brokers.stop());

/** Moleculer writes the meta of an answer into the object it was given: a new one for each call. */
const asA = () => ({ meta: { ownerId: 'A', user: 'u' } });
const s = { serviceId: 's' };
const w = { ...s, workerId: 'w' };

/** A service that remembers its calls; `answer` may throw. */
function recording(name: string, action: string, answer: () => unknown) {
  const calls: { params: unknown; meta: unknown }[] = [];
  const handler = (ctx: Context): unknown => {
    calls.push({ params: ctx.params, meta: { ...ctx.meta } });
    return answer();
  };
  return { calls, schema: { name, actions: { [action]: handler } } };
}

describe.each(['activity', 'my.activity'])('the activity service named %s', (name) => {
  const services = name === 'activity' ? {} : { services: { activity: name } };

  test('hears of an acked task with a token, with the meta of the ack', async () => {
    const activity = recording(name, 'completed', () => true);
    const queue = QueueService({ dataDir: brokers.folder(), keys: 'keyring', ...services });
    const broker = await brokers.start([queue, activity.schema]);
    await broker.call('worker.queue.add', { ...s, value: 1, token: { t: 1 } }, asA());
    await broker.call('worker.queue.add', { ...s, value: 2 }, asA());
    await broker.call('worker.queue.fetch', w, asA());
    expect(await broker.call('worker.queue.ack', { ...w, result: [1] }, asA())).toBe(true);
    await broker.call('worker.queue.fetch', w, asA());
    expect(await broker.call('worker.queue.ack', w, asA())).toBe(true);
    expect(activity.calls).toEqual([
      { params: { token: { t: 1 }, result: [1] }, meta: { ownerId: 'A', user: 'u' } },
    ]);
  });

  test('that fails leaves the lease, and the ack can be repeated', async () => {
    const failures: Error[] = [new Errors.MoleculerError('secret', 404, 'GONE')];
    const activity = recording(name, 'completed', () => {
      const failure = failures.pop();
      if (failure !== undefined) throw failure;
    });
    const queue = QueueService({ dataDir: brokers.folder(), keys: 'keyring', ...services });
    const broker = await brokers.start([queue, activity.schema]);
    await broker.call('worker.queue.add', { ...s, value: 1, token: 't' }, asA());
    await broker.call('worker.queue.fetch', w, asA());
    const ack = { ...w, error: 'e' };
    await expect(broker.call('worker.queue.ack', ack, asA())).rejects.toMatchObject({
      type: 'ActivityFailed',
      code: 503,
      retryable: true,
      message: without('secret'),
    });
    expect(await broker.call('worker.queue.info', s, asA())).toMatchObject({ leased: 1 });
    expect(await broker.call('worker.queue.ack', ack, asA())).toBe(true);
    expect(activity.calls.map(({ params }) => params)).toEqual([
      { token: 't', error: 'e' },
      { token: 't', error: 'e' },
    ]);
  });
});

test('an activity service that does not answer in time fails the ack', async () => {
  const activity = recording('activity', 'completed', () => new Promise(() => undefined));
  const options = { keys: 'keyring', services: { timeoutMs: 50 } } as const;
  const queue = QueueService({ dataDir: brokers.folder(), ...options });
  const broker = await brokers.start([queue, activity.schema]);
  await broker.call('worker.queue.add', { ...s, value: 1, token: 't' }, asA());
  await broker.call('worker.queue.fetch', w, asA());
  const ack = broker.call('worker.queue.ack', w, asA());
  await expect(ack).rejects.toMatchObject({ type: 'ActivityFailed' });
});

describe('the key service', () => {
  test('is asked with the owner in the meta', async () => {
    const keys = recording('my.keys', 'getOek', () => ({ id: 'k1', key: 'a key' }));
    const queue = QueueService({ dataDir: brokers.folder(), services: { keys: 'my.keys' } });
    const broker = await brokers.start([queue, keys.schema]);
    await broker.call('worker.queue.add', { ...s, value: 1 }, asA());
    expect(keys.calls[0]).toEqual({
      params: { service: 'worker.queue' },
      meta: { ownerId: 'A', acl: { ownerId: 'A' } },
    });
  });

  test.each([
    ['is not there', []],
    ['fails', [recording('keys', 'getOek', () => Promise.reject(new Error('no'))).schema]],
    ['answers nonsense', [recording('keys', 'getOek', () => ({ id: 5 })).schema]],
  ])('that %s makes KeyUnavailable, and nothing is stored', async (_, services) => {
    const queue = QueueService({ dataDir: brokers.folder() });
    const broker = await brokers.start([queue, ...services]);
    const add = broker.call('worker.queue.add', { ...s, value: 1 }, asA());
    await expect(add).rejects.toMatchObject({ type: 'KeyUnavailable', code: 503, retryable: true });
    expect(await broker.call('worker.queue.info', s, asA())).toMatchObject({ INDEX: '0' });
  });
});

describe('the life of the service', () => {
  test('recoverBy is handed on', async () => {
    const queue = new FakeWorkQueue();
    const compose = async () => fakeComposition(queue);
    const broker = await brokers.start([QueueService({ recoverBy: 'caller', compose })]);
    await broker.call('worker.queue.fetch', w, asA());
    expect(queue.calls[0]?.given).toMatchObject({ recoverBy: 'caller', timeToRecoverMs: 60_000 });
  });

  test('stopping closes the queue', async () => {
    const queue = new FakeWorkQueue();
    await brokers.start([QueueService({ compose: async () => fakeComposition(queue) })]);
    await brokers.stop();
    expect(queue.closed).toBe(true);
  });

  test('stopping waits for a job under way before it closes the queue', async () => {
    const queue = new FakeWorkQueue();
    const order: string[] = [];
    let begun = (): void => undefined;
    const running = new Promise<void>((resolve) => (begun = resolve));
    const recover = async () => {
      begun();
      await new Promise((resolve) => setTimeout(resolve, 200));
      order.push(queue.closed ? 'job after close' : 'job');
    };
    const composition = fakeComposition(queue);
    const compose = async () => ({ ...composition, jobs: { ...composition.jobs, recover } });
    await brokers.start([QueueService({ compose, jobs: { recover: '* * * * * *' } })]);
    await running;
    await brokers.stop();
    expect(order).toEqual(['job']);
    expect(queue.closed).toBe(true);
  });

  test('the recover job gives back what a worker dropped, though nobody fetches', async () => {
    const queue = QueueService({
      dataDir: brokers.folder(),
      keys: 'keyring',
      jobs: { recover: '* * * * * *' },
    });
    const broker = await brokers.start([queue]);
    await broker.call('worker.queue.add', { ...s, value: 1 }, asA());
    await broker.call('worker.queue.fetch', { ...w, timeToRecover: 300 }, asA());
    const deadline = Date.now() + 5000;
    for (;;) {
      const info = await broker.call<{ leased: number }, object>('worker.queue.info', s, asA());
      if (info.leased === 0) break;
      if (Date.now() > deadline) throw new Error('The lease was not taken back');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });

  test('tasks are there again after a restart, for the keyring and without any job', async () => {
    const options = { dataDir: brokers.folder(), keys: 'keyring', jobs: false } as const;
    const first = await brokers.start([QueueService(options)]);
    await first.call('worker.queue.add', { ...s, value: 'kept' }, asA());
    await first.stop();
    const second = await brokers.start([QueueService(options)]);
    expect(await second.call('worker.queue.fetch', w, asA())).toBe('kept');
  });

  test('an option that does not exist is refused with the one that was meant', () => {
    const mistyped = { datadir: '/x' } as object;
    expect(() => QueueService(mistyped)).toThrow(
      having({
        data: having({ hint: "Did you mean 'dataDir'?" }),
      }),
    );
  });
});
