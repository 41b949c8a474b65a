import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrokerOptions, ServiceSchema } from 'moleculer';
import { ServiceBroker } from 'moleculer';

/** Brokers and folders of one test, all gone at its end. */
export class Brokers {
  private readonly brokers: ServiceBroker[] = [];
  private readonly folders: string[] = [];

  async start(services: ServiceSchema[], options: BrokerOptions = {}): Promise<ServiceBroker> {
    const broker = new ServiceBroker({
      logger: false,
      registry: { stopDelay: 0 },
      skipProcessEventRegistration: true,
      ...options,
    });
    this.brokers.push(broker);
    for (const schema of services) broker.createService(schema);
    await broker.start();
    return broker;
  }

  folder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'queue-service-'));
    this.folders.push(folder);
    return folder;
  }

  async stop(): Promise<void> {
    for (const broker of this.brokers.splice(0).reverse()) await broker.stop();
    for (const folder of this.folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  }
}
