import type { BrokerOptions, Context, ServiceBroker } from 'moleculer';
import type { QueueClient, QueueClientOptions } from '../../../src/client';
import { createQueueClient } from '../../../src/client';
import { Gateway } from '../../../src/service/gateway';
import { hashToken } from '../../../src/service/http/tokens';
import type { QueueServiceOptions } from '../../../src/service/options';
import { QueueService } from '../../../src/service/queueService';
import { Brokers } from '../service/brokers';

/** In this process; it tells of new services without waiting a second for more. */
const onNode = (nodeID: string): BrokerOptions =>
  ({
    nodeID,
    namespace: 'client',
    transporter: 'fake',
    transit: { serviceChangedDebounceTime: 1 },
  }) as object;

export type Way = 'a broker' | 'HTTP';
export const WAYS: readonly Way[] = ['a broker', 'HTTP'];

/** A queue service, a gateway, and another node that has neither. */
export class Served {
  url = '';
  /** What `activity.completed` was told. */
  readonly completed: unknown[] = [];
  private readonly brokers = new Brokers();
  private service!: ServiceBroker;
  private caller!: ServiceBroker;

  /** On the embedded log, if no queue is given. */
  async start(queue?: QueueServiceOptions): Promise<this> {
    const { completed } = this;
    const activity = {
      name: 'activity',
      actions: { completed: (ctx: Context) => void completed.push(ctx.params) },
    };
    const service = QueueService(queue ?? { dataDir: this.brokers.folder(), keys: 'keyring' });
    this.service = await this.brokers.start([service, activity], onNode('service'));
    await this.startGateway(0);
    this.caller = await this.brokers.start([], onNode('caller'));
    await this.caller.waitForServices('worker.queue', 5_000, 10);
    return this;
  }

  stop(): Promise<void> {
    return this.brokers.stop();
  }

  /** The gateway stays. */
  async stopQueue(): Promise<void> {
    await this.service.destroyService('worker.queue');
  }

  async stopGateway(): Promise<void> {
    await this.service.destroyService('gateway');
  }

  /** Again at the same address, if no port is given. */
  async startGateway(port = Number(new URL(this.url).port)): Promise<void> {
    const listening = new Promise<string>((onListening) => {
      const tokens = [
        { sha256: hashToken('token-a'), ownerId: 'A' },
        { sha256: hashToken('operator-a'), ownerId: 'A', operator: true },
      ];
      this.service.createService(Gateway({ port, tokens, onListening }));
    });
    this.url = await listening;
  }

  /** The client of an operator of owner A. */
  client<Value = unknown, Result = unknown>(
    way: Way,
    options: QueueClientOptions = {},
  ): QueueClient<Value, Result> {
    return way === 'HTTP'
      ? createQueueClient({ url: this.url, token: 'operator-a' }, options)
      : createQueueClient(this.caller, { ownerId: 'A', ...options });
  }
}
