import type { ServiceBroker } from 'moleculer';
import type { Latencies } from './measure';
import type { BenchQueue } from './benchQueue';
import { VALUE } from './value';

export const OWNER = 'bench';
const META = { meta: { ownerId: OWNER } };

/** One of our queues, through the actions of the broker that its users call. */
export class CalledQueue implements BenchQueue {
  constructor(
    private readonly broker: ServiceBroker,
    private readonly serviceId: string,
    /** Where each call is noted; without, nothing is: three numbers a cycle would grow for ever. */
    private readonly latencies: Latencies | null = null,
  ) {}

  add(): Promise<unknown> {
    return this.call('add', { value: VALUE });
  }

  async takeAndFinish(caller: number): Promise<void> {
    const worker = { workerId: `caller-${String(caller)}` };
    const given = await this.call('fetch', worker);
    const acked = await this.call('ack', worker);
    if (given !== VALUE || acked !== true) throw new Error('a task was not there or not acked');
  }

  private call(action: 'add' | 'fetch' | 'ack', params: object): Promise<unknown> {
    const call = (): Promise<unknown> =>
      this.broker.call(`worker.queue.${action}`, { serviceId: this.serviceId, ...params }, META);
    return this.latencies ? this.latencies.time(action, call) : call();
  }
}
