import type { EventEmitter } from 'node:events';
import type { QueueWorkerOptions, TaskHandler } from '../../../src/client';
import { QueueWorker } from '../../../src/client';
import { InvalidInput, Overloaded, Rebuilding } from '../../../src/domain';
import { FakeQueueClient } from '../../support/fakeQueueClient';

/** A worker on a queue in memory and a fake clock. */
let client: FakeQueueClient;
let worker: QueueWorker<string, string>;
let heard: [name: string, event: unknown][];

const EVENTS = ['started', 'completed', 'failed', 'lost', 'error', 'idle', 'drained'] as const;
const pass = (ms: number): Promise<void> => jest.advanceTimersByTimeAsync(ms);
const named = (name: string): unknown[] =>
  heard.filter(([found]) => found === name).map(([, event]) => event);

const options: QueueWorkerOptions = {
  serviceId: 's',
  workerId: 'w',
  timeToRecover: 10_000,
  backOff: { minMs: 100, maxMs: 1_000 },
};

function start(
  handler: TaskHandler<string, string>,
  given: Partial<QueueWorkerOptions> = {},
): QueueWorker<string, string> {
  worker = new QueueWorker(client, { ...options, ...given }, handler);
  for (const name of EVENTS)
    (worker as EventEmitter).on(name, (event: unknown) => heard.push([name, event]));
  return worker;
}

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
  client = new FakeQueueClient();
  heard = [];
});

afterEach(async () => {
  const closed = worker.close({ timeoutMs: 1 });
  await pass(2_000);
  await closed;
  // Nothing keeps a process alive, whatever the test was about.
  expect(jest.getTimerCount()).toBe(0);
  jest.useRealTimers();
});

/** A handler that ends when it is told to, for each value. */
class Held {
  readonly running = new Map<string, { resolve(result: string): void; signal: AbortSignal }>();
  most = 0;
  readonly handler: TaskHandler<string, string> = (value, { signal }) =>
    new Promise<string>((resolve) => {
      this.running.set(value, { resolve, signal });
      this.most = Math.max(this.most, this.running.size);
    });

  async finish(value: string): Promise<void> {
    this.running.get(value)?.resolve(`${value} done`);
    this.running.delete(value);
    await pass(0);
  }
}

describe('a task', () => {
  test('is handled and acked with its lease and the result', async () => {
    await client.add({ value: 'a' });
    start(async (value, { signal, task }) => {
      expect(signal.aborted).toBe(false);
      expect(task).toMatchObject({ value, index: 1, leaseId: '1.1.1', deliveries: 1 });
      return `${value} done`;
    });
    await pass(0);
    expect(client.calls.map(({ given }) => given).slice(0, 2)).toEqual([
      { serviceId: 's', workerId: 'w-1', timeToRecover: 10_000 },
      { serviceId: 's', workerId: 'w-1', leaseId: '1.1.1', result: 'a done' },
    ]);
    const task = { value: 'a', leaseId: '1.1.1' };
    expect(named('started')).toMatchObject([{ task, workerId: 'w-1' }]);
    expect(named('completed')).toMatchObject([{ task, workerId: 'w-1', result: 'a done' }]);
    expect(named('failed')).toEqual([]);
  });

  test('is followed by the next without a wait', async () => {
    for (const value of ['a', 'b', 'c']) await client.add({ value });
    start((value) => value);
    await pass(0);
    expect(named('completed')).toHaveLength(3);
  });

  test('whose handler throws is acked with name and message', async () => {
    await client.add({ value: 'a' });
    start(() => {
      throw new RangeError('too far');
    });
    await pass(0);
    expect(client.tasks[0]?.acked).toEqual({ error: { name: 'RangeError', message: 'too far' } });
    expect(named('failed')).toMatchObject([{ error: new RangeError('too far'), acked: true }]);
    expect(named('completed')).toEqual([]);
  });

  test('whose result cannot be stored is acked with why', async () => {
    await client.add({ value: 'a' });
    client.failures.ack.push(new InvalidInput('result is too large'));
    start(() => 'much');
    await pass(0);
    expect(client.tasks[0]?.acked).toEqual({
      error: { name: 'InvalidInput', message: 'result is too large' },
    });
    expect(named('failed')).toMatchObject([{ acked: true }]);
  });
});

describe('a failure that is left', () => {
  test('keeps the task until its lease has run out, and is handled once for each lease', async () => {
    await client.add({ value: 'a' });
    let calls = 0;
    start(
      () => {
        calls += 1;
        if (calls === 1) throw new Error('not today');
        return 'done';
      },
      { onFailure: 'leave' },
    );
    await pass(9_900);
    expect(calls).toBe(1);
    expect(client.tasks[0]?.acked).toBeNull();
    expect(named('failed')).toMatchObject([{ acked: false }]);
    await pass(1_200);
    expect(calls).toBe(2);
    expect(named('completed')).toMatchObject([{ task: { leaseId: '1.1.2', deliveries: 2 } }]);
  });
});

describe('an empty queue', () => {
  test('is asked less and less often, and often again after a task', async () => {
    start((value) => value);
    await pass(20_000);
    const asked = client.fetches();
    expect(asked.length).toBeGreaterThan(20);
    expect(asked.length).toBeLessThan(50);
    const waits = asked.slice(1).map((at, i) => at - asked[i]!);
    expect(Math.max(...waits)).toBeLessThanOrEqual(1_000);
    expect(Math.min(...waits.slice(5))).toBeGreaterThanOrEqual(500);
    await client.add({ value: 'a' });
    await pass(1_200);
    const acked = client.calls.findIndex(({ name }) => name === 'ack');
    const [first, second] = client.calls.slice(acked + 1).map(({ at }) => at);
    expect(second! - first!).toBeLessThanOrEqual(100);
  });

  test('is told once, until there was a task', async () => {
    start((value) => value, { concurrency: 3 });
    await pass(20_000);
    expect(named('idle')).toHaveLength(1);
    await client.add({ value: 'a' });
    await pass(20_000);
    expect(named('idle')).toHaveLength(2);
  });

  test('is not told while a handler runs', async () => {
    const held = new Held();
    await client.add({ value: 'a' });
    start(held.handler, { concurrency: 2 });
    await pass(5_000);
    expect(named('idle')).toHaveLength(0);
    await held.finish('a');
    await pass(1_000);
    expect(named('idle')).toHaveLength(1);
  });
});

describe('the slots', () => {
  test('have names of their own and never work on more than there are of them', async () => {
    const held = new Held();
    for (const value of ['a', 'b', 'c', 'd', 'e']) await client.add({ value });
    start(held.handler, { concurrency: 3 });
    await pass(1_000);
    expect([...held.running.keys()]).toEqual(['a', 'b', 'c']);
    expect(new Set(client.calls.map(({ workerId }) => workerId))).toEqual(
      new Set(['w-1', 'w-2', 'w-3']),
    );
    await held.finish('b');
    expect([...held.running.keys()]).toEqual(['a', 'c', 'd']);
    for (const value of ['a', 'c', 'd', 'e']) await held.finish(value);
    expect(named('completed')).toHaveLength(5);
    expect(held.most).toBe(3);
  });

  test('have another name in each worker where none is given', async () => {
    start((value) => value);
    const other = new QueueWorker(client, { serviceId: 's' }, (value) => value);
    const third = new QueueWorker(client, { serviceId: 's' }, (value) => value);
    await pass(0);
    expect(new Set(client.calls.map(({ workerId }) => workerId)).size).toBe(3);
    await Promise.all([other.close(), third.close()]);
  });
});

describe('a handler that outlives its lease', () => {
  const held = () => new Held();

  test('is told by its signal, and its slot asks for nothing until it has ended', async () => {
    const { handler, running } = held();
    await client.add({ value: 'a' });
    await client.add({ value: 'b' });
    start(handler);
    await pass(9_999);
    expect(running.get('a')?.signal.aborted).toBe(false);
    await pass(1);
    expect(running.get('a')?.signal.reason).toMatchObject({ name: 'TimeoutError' });
    await pass(60_000);
    expect(client.fetches()).toHaveLength(1);
    expect([...running.keys()]).toEqual(['a']);
  });

  test('still acks what nobody else was given', async () => {
    const slow = held();
    await client.add({ value: 'a' });
    start(slow.handler);
    await pass(15_000);
    await slow.finish('a');
    expect(named('completed')).toMatchObject([{ result: 'a done' }]);
    expect(named('lost')).toEqual([]);
  });

  test('hears that its task was lost, and goes on with the next', async () => {
    const slow = held();
    await client.add({ value: 'a' });
    start(slow.handler);
    await pass(15_000);
    const other = await client.fetch({ serviceId: 's', workerId: 'other', timeToRecover: 1e6 });
    expect(other).toMatchObject({ value: 'a', leaseId: '1.1.2' });
    await client.add({ value: 'b' });
    await slow.finish('a');
    expect(named('lost')).toMatchObject([{ task: { leaseId: '1.1.1' }, workerId: 'w-1' }]);
    expect(named('completed')).toEqual([]);
    expect(client.tasks[0]?.acked).toBeNull();
    expect([...slow.running.keys()]).toEqual(['b']);
  });

  test('and throws since it was told has not failed: another worker may do it', async () => {
    await client.add({ value: 'a' });
    start(
      (_, { signal, task }) =>
        new Promise<string>((resolve, reject) => {
          if (task.deliveries === 2) resolve('done');
          signal.addEventListener('abort', () => reject(signal.reason as Error));
        }),
    );
    await pass(10_000);
    expect(named('failed')).toMatchObject([{ acked: false, task: { deliveries: 1 } }]);
    await pass(1_000);
    expect(client.tasks[0]?.acked).toEqual({ result: 'done' });
  });
});

describe('an error', () => {
  test('of fetch is told and waited after, as long as it says', async () => {
    await client.add({ value: 'a' });
    const error = new Rebuilding('m', { retryAfterMs: 5_000 });
    client.failures.fetch.push(error);
    start((value) => value);
    await pass(4_999);
    expect(named('error')).toEqual([error]);
    expect(client.fetches()).toHaveLength(1);
    await pass(101);
    expect(named('completed')).toHaveLength(1);
  });

  test('of ack is told and the ack repeated until it is known what came of it', async () => {
    await client.add({ value: 'a' });
    client.failures.ack.push(...Array.from({ length: 20 }, () => new Overloaded('m')));
    let calls = 0;
    start((value) => {
      calls += 1;
      return value;
    });
    await pass(30_000);
    expect(named('error')).toHaveLength(20);
    expect(named('completed')).toHaveLength(1);
    expect(calls).toBe(1);
  });

  test('of ack that no repeat can help leaves the task, and the lease has one handler', async () => {
    await client.add({ value: 'a' });
    client.failures.ack.push(new TypeError('a bug'));
    let calls = 0;
    start((value) => {
      calls += 1;
      return value;
    });
    await pass(9_900);
    expect(named('error')).toEqual([new TypeError('a bug')]);
    expect(calls).toBe(1);
    await pass(1_200);
    expect(calls).toBe(2);
    expect(named('completed')).toHaveLength(1);
  });

  test('begins no lease anew: a task that was leased by a fetch without answer is as old', async () => {
    const slow = new Held();
    await client.add({ value: 'a' });
    await client.fetch({ serviceId: 's', workerId: 'w-1', timeToRecover: 10_000 });
    client.failures.fetch.push(new Rebuilding('m', { retryAfterMs: 4_000 }));
    start(slow.handler);
    await pass(4_100);
    expect([...slow.running.keys()]).toEqual(['a']);
    await pass(5_899);
    expect(slow.running.get('a')?.signal.aborted).toBe(false);
    await pass(1);
    expect(slow.running.get('a')?.signal.aborted).toBe(true);
  });
});

describe('a listener that throws', () => {
  const warned = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  beforeEach(() => warned.mockClear());
  afterAll(() => warned.mockRestore());

  const broken = new Error('of a listener');

  test.each<[string, () => unknown]>([
    [
      'is an error, and the loop goes on',
      () => {
        throw broken;
      },
    ],
    ['is an error when it is asynchronous, too', () => Promise.reject(broken)],
  ])('%s', async (_, listener) => {
    for (const value of ['a', 'b']) await client.add({ value });
    start((value) => value).on('started', listener);
    await pass(10);
    expect(named('error')).toEqual([broken, broken]);
    expect(named('completed')).toHaveLength(2);
    expect(warned).not.toHaveBeenCalled();
  });

  test.each<[string, () => unknown]>([
    [
      'at once',
      () => {
        throw new Error('of a listener of error');
      },
    ],
    ['later', () => Promise.reject(new Error('of a listener of error'))],
  ])('of error, %s, is a warning of the process', async (_, listener) => {
    await client.add({ value: 'a' });
    client.failures.fetch.push(new Overloaded('m'));
    start((value) => value).on('error', listener);
    await pass(1_000);
    expect(warned).toHaveBeenCalledTimes(1);
    expect(warned.mock.calls[0]?.[0]).toEqual(new Error('of a listener of error'));
    expect(named('completed')).toHaveLength(1);
  });

  test('an error that nobody listens to is a warning, too', async () => {
    await client.add({ value: 'a' });
    client.failures.fetch.push(new Overloaded('m'));
    start((value) => value).removeAllListeners('error');
    await pass(1_000);
    expect(warned).toHaveBeenCalledTimes(1);
    expect(named('completed')).toHaveLength(1);
  });
});

describe('close', () => {
  test('of a worker without tasks is over at once', async () => {
    start((value) => value);
    await pass(5_000);
    expect(await worker.close()).toBe(true);
    expect(named('drained')).toHaveLength(1);
    const asked = client.fetches().length;
    await pass(60_000);
    expect(client.fetches()).toHaveLength(asked);
  });

  test('waits for handlers and their acks, and fetches nothing more', async () => {
    const held = new Held();
    for (const value of ['a', 'b', 'c']) await client.add({ value });
    start(held.handler, { concurrency: 2 });
    await pass(0);
    const closed = worker.close({ timeoutMs: 5_000 });
    await pass(4_000);
    expect(held.running.get('a')?.signal.aborted).toBe(false);
    await held.finish('a');
    await held.finish('b');
    expect(await closed).toBe(true);
    expect(named('completed')).toHaveLength(2);
    expect(client.fetches()).toHaveLength(2);
    expect(heard.at(-1)?.[0]).toBe('drained');
    expect(client.tasks[2]?.deliveries).toBe(0);
  });

  test('aborts handlers at its time-out; what they leave is recovered', async () => {
    await client.add({ value: 'a' });
    start(
      (_, { signal }) =>
        new Promise<string>((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error));
        }),
    );
    await pass(0);
    const closed = worker.close({ timeoutMs: 5_000 });
    await pass(5_000);
    expect(await closed).toBe(false);
    expect(named('failed')).toMatchObject([{ error: { name: 'AbortError' }, acked: false }]);
    expect(named('error')).toEqual([]);
    expect(named('drained')).toHaveLength(1);
    expect(client.tasks[0]?.acked).toBeNull();
  });

  test('does not wait for a handler that hears nothing, and that acks nothing later', async () => {
    const deaf = new Held();
    await client.add({ value: 'a' });
    start(deaf.handler);
    await pass(0);
    const closed = worker.close({ timeoutMs: 5_000 });
    await pass(6_000);
    expect(await closed).toBe(false);
    expect(named('drained')).toEqual([]);
    expect(jest.getTimerCount()).toBe(0);
    await deaf.finish('a');
    expect(client.tasks[0]?.acked).toBeNull();
    expect(named('completed')).toEqual([]);
    expect(named('error')).toEqual([]);
  });

  test('is one, however often it is called', async () => {
    const held = new Held();
    await client.add({ value: 'a' });
    start(held.handler);
    await pass(0);
    const first = worker.close({ timeoutMs: 5_000 });
    const second = worker.close({ timeoutMs: 1 });
    await pass(1_000);
    await held.finish('a');
    expect(await Promise.all([first, second, worker.close()])).toEqual([true, true, true]);
    expect(named('drained')).toHaveLength(1);
  });

  test('handles the task that a fetch under way still brings', async () => {
    await client.add({ value: 'a' });
    start((value) => value);
    const closed = worker.close();
    await pass(0);
    expect(await closed).toBe(true);
    expect(named('completed')).toHaveLength(1);
  });

  test('ends calls that are not answered, at its time-out', async () => {
    client.silent = true;
    start((value) => value);
    const closed = worker.close({ timeoutMs: 5_000 });
    await pass(5_000);
    expect(await closed).toBe(false);
    expect(named('error')).toEqual([]);
    expect(named('drained')).toHaveLength(1);
  });

  test('ends an ack that is repeated, at its time-out', async () => {
    await client.add({ value: 'a' });
    client.failures.ack.push(...Array.from({ length: 100 }, () => new Overloaded('m')));
    start((value) => value);
    await pass(0);
    const closed = worker.close({ timeoutMs: 5_000 });
    await pass(5_000);
    expect(await closed).toBe(false);
    expect(named('drained')).toHaveLength(1);
  });
});

describe('options that cannot work', () => {
  test.each<[string, object]>([
    ['serviceId', { serviceId: '' }],
    ['workerId', { workerId: '' }],
    ['concurrency', { concurrency: 0 }],
    ['concurrency', { concurrency: 1.5 }],
    ['concurrency', { concurrency: 1_001 }],
    ['timeToRecover', { timeToRecover: 0 }],
    ['timeToRecover', { timeToRecover: 86_400_001 }],
    ['onFailure', { onFailure: 'retry' }],
    ['backOff.minMs', { backOff: { minMs: 0 } }],
    ['backOff.minMs', { backOff: { minMs: 2, maxMs: 1 } }],
    ['concurency', { concurency: 2 }],
    ['min', { backOff: { min: 2 } }],
  ])('are refused: %s of %j', (path, given) => {
    start((value) => value);
    expect(() => new QueueWorker(client, { ...options, ...given }, (value) => value)).toThrow(
      expect.objectContaining({ type: 'ValidationError', data: expect.objectContaining({ path }) }),
    );
  });

  test('so is a time-out of close', () => {
    start((value) => value);
    expect(() => worker.close({ timeoutMs: 0 })).toThrow(InvalidInput);
  });
});
