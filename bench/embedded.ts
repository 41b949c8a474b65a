import { ServiceBroker } from 'moleculer';
import { QueueService } from '../src';
import { perSecond, perSecondOf } from './measure';

export interface QueueFigures {
  readonly addsPerSecond: number;
  readonly fetchAcksPerSecond: number;
  readonly cyclesPerSecond: number;
}

/** One run of the embedded queue, through broker.call, with everything on: keys, domain, log, jobs. */
export async function embeddedQueue(
  dataDir: string,
  callers: number,
  forMs: number,
  valueBytes: number,
): Promise<QueueFigures> {
  const broker = new ServiceBroker({ logger: false });
  broker.createService(QueueService({ dataDir, keys: 'keyring' }));
  await broker.start();
  try {
    const opts = { meta: { ownerId: 'bench' } };
    const value = 'x'.repeat(valueBytes - 2); // the quotes of JSON
    const add = (serviceId: string): Promise<unknown> =>
      broker.call('worker.queue.add', { serviceId, value }, opts);
    const fetchAndAck = async (serviceId: string, caller: number): Promise<void> => {
      const workerId = `worker-${String(caller)}`;
      const given = await broker.call('worker.queue.fetch', { serviceId, workerId }, opts);
      const acked = await broker.call('worker.queue.ack', { serviceId, workerId }, opts);
      if (given !== value || acked !== true) throw new Error('a task was not there or not acked');
    };

    await perSecond(callers, forMs / 4, () => add('warm-up'));
    let added = 0;
    const addsPerSecond = await perSecond(callers, forMs, async () => {
      await add('adds');
      added++;
    });
    const fetchAcksPerSecond = await perSecondOf(
      Math.min(added, 20_000),
      Math.min(callers, added),
      (caller) => fetchAndAck('adds', caller),
    );
    const cyclesPerSecond = await perSecond(callers, forMs, async (caller) => {
      await add('cycles');
      await fetchAndAck('cycles', caller);
    });
    return { addsPerSecond, fetchAcksPerSecond, cyclesPerSecond };
  } finally {
    await broker.stop();
  }
}
