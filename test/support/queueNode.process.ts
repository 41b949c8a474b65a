import { once } from 'node:events';
import type { BrokerOptions } from 'moleculer';
import { ServiceBroker } from 'moleculer';
import type { Servers } from '../../src';
import { QueueService } from '../../src';

/** A node of a cluster with the queue service, as a team would run it; ends when its standard input does. */

export interface QueueNodeOptions {
  readonly broker: BrokerOptions;
  readonly servers: Servers;
}

async function main(): Promise<void> {
  const { broker: options, servers } = JSON.parse(process.argv[2] ?? '') as QueueNodeOptions;
  const broker = new ServiceBroker({ logger: false, ...options });
  broker.createService(QueueService({ servers }));
  await broker.start();
  process.stdout.write('ready\n');
  await once(process.stdin.resume(), 'end');
  await broker.stop();
}

void main();
