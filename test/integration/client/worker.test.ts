import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import type { Task } from '../../../src/client';
import { QueueWorker } from '../../../src/client';
import { until } from '../../support/until';
import { Served, WAYS } from './served';

/** Workers on the embedded service, in real time. */
const served = new Served();
beforeAll(() => served.start());
afterAll(() => served.stop());

const backOff = { minMs: 10, maxMs: 50 };

describe.each(WAYS)('over %s', (way) => {
  const serviceId = `s over ${way}`;
  const client = () => served.client<number, number>(way);

  test('every task is done once, by as many handlers as there may be', async () => {
    for (let value = 1; value <= 30; value++) await client().add({ serviceId, value });
    const done: number[] = [];
    let running = 0;
    let most = 0;
    const worker = new QueueWorker(client(), { serviceId, concurrency: 4, backOff }, async (n) => {
      most = Math.max(most, ++running);
      // The first wait for each other, so that it is not the machine that bounds them.
      if (n <= 4) await until(() => most === 4);
      else await wait(5);
      running -= 1;
      done.push(n);
      return n * 2;
    });
    await once(worker, 'idle');
    expect(await worker.close()).toBe(true);
    expect(done.sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
    expect(most).toBe(4);
    expect(await client().info({ serviceId })).toMatchObject({ waiting: 0, leased: 0 });
  });

  test('a task whose handler is slower than its lease is done by another, and lost here', async () => {
    await client().add({ serviceId, value: 100 });
    let open: () => void = () => undefined;
    const opened = new Promise<void>((resolve) => (open = resolve));
    const signals: AbortSignal[] = [];
    const slow = new QueueWorker(
      client(),
      { serviceId, timeToRecover: 100, backOff },
      async (n, { signal }) => {
        signals.push(signal);
        await opened;
        return n;
      },
    );
    const [{ task }] = (await once(slow, 'started')) as [{ task: Task }];
    const other = new QueueWorker(client(), { serviceId, backOff }, (n) => n);
    const [completed] = (await once(other, 'completed')) as [{ task: Task }];
    expect(completed.task).toMatchObject({ index: task.index, deliveries: 2 });
    expect(signals[0]?.reason).toMatchObject({ name: 'TimeoutError' });
    const lost = once(slow, 'lost');
    open();
    expect(await lost).toMatchObject([{ task: { leaseId: task.leaseId } }]);
    expect(signals).toHaveLength(1);
    expect(await Promise.all([slow.close(), other.close()])).toEqual([true, true]);
  });
});

test('a gateway that goes away and comes back is waited for, and no handler runs twice', async () => {
  const serviceId = 'gone and back';
  const inside = served.client<string>('a broker');
  let calls = 0;
  let completed = 0;
  const errors: unknown[] = [];
  const worker = new QueueWorker(
    served.client<string, string>('HTTP'),
    { serviceId, backOff },
    async (value) => {
      calls += 1;
      // Gone while the handler runs: its ack meets nobody, and each fetch after it.
      if (value === 'first') await served.stopGateway();
      return value;
    },
  )
    .on('error', (error) => errors.push(error))
    .on('completed', () => (completed += 1));
  try {
    await inside.add({ serviceId, value: 'first' });
    await until(() => errors.length >= 3);
    await inside.add({ serviceId, value: 'second' });
    await served.startGateway();
    await until(() => completed === 2);
    expect(calls).toBe(2);
    expect(errors[0]).toMatchObject({ type: 'CallFailed', retryable: true });
    expect(await inside.info({ serviceId })).toMatchObject({ waiting: 0, leased: 0 });
  } finally {
    expect(await worker.close()).toBe(true);
  }
});

describe('a worker in a process of its own', () => {
  const startWorker = (serviceId: string) => {
    const child = spawn(
      process.execPath,
      ['-r', './test/support/swcRegister.cjs', join(__dirname, 'worker.process.ts')].concat(
        served.url,
        serviceId,
      ),
      { cwd: join(__dirname, '../../..'), stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const lines = createInterface({ input: child.stdout });
    return {
      child,
      next: async () => JSON.parse((await once(lines, 'line'))[0] as string) as Task,
    };
  };

  test('that died is given its task again at once, with the same lease', async () => {
    const serviceId = 'crash';
    await served.client('a broker').add({ serviceId, value: 'hang' });
    const first = startWorker(serviceId);
    const task = await first.next();
    first.child.kill('SIGKILL');
    await once(first.child, 'close');
    const second = startWorker(serviceId);
    expect(await second.next()).toEqual(task);
    second.child.kill('SIGKILL');
    await once(second.child, 'close');
  });

  test('that is closed ends by itself: no timer and no connection keeps it', async () => {
    const serviceId = 'ends';
    const client = served.client('a broker');
    await client.add({ serviceId, value: 'close' });
    const { child, next } = startWorker(serviceId);
    const closed = once(child, 'close');
    await next();
    const since = performance.now();
    expect(await closed).toEqual([0, null]);
    expect(performance.now() - since).toBeLessThan(3_000);
    expect(await client.info({ serviceId })).toMatchObject({ waiting: 0, leased: 0 });
  });
});
