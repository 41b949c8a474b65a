import type { AddressInfo, Server } from 'node:net';
import type { Service, ServiceSchema } from 'moleculer';
import { ServiceBroker } from 'moleculer';
import ApiGateway from 'moleculer-web';
import type { Servers } from '../../src';
import { Gateway, hashToken } from '../../src';
import { OWNER } from '../calledQueue';
import { queueBroker } from '../started/serversQueue';

/** A process that listens, with the queue behind it or with nothing; it ends with its parent. */

export interface HttpOptions {
  /** null: an action that does nothing. */
  readonly servers: Servers | null;
}

export interface HttpReady {
  readonly url: string;
}

export const TOKEN = 'bench';

async function main(): Promise<void> {
  const { servers } = JSON.parse(process.argv[2] ?? '') as HttpOptions;
  const ready = (url: string): unknown => process.send?.({ url } satisfies HttpReady);
  const broker = servers === null ? emptyBroker(ready) : gatewayBroker(servers, ready);
  await broker.start();
  process.once('disconnect', () => void broker.stop());
}

function gatewayBroker(servers: Servers, ready: (url: string) => unknown): ServiceBroker {
  const broker = queueBroker(servers);
  const tokens = [{ sha256: hashToken(TOKEN), ownerId: OWNER }];
  const onListening = (url: string): unknown => ready(`${url}/api/queue/http/add`);
  broker.createService(Gateway({ port: 0, tokens, onListening }));
  return broker;
}

function emptyBroker(ready: (url: string) => unknown): ServiceBroker {
  const broker = new ServiceBroker({ logger: false });
  broker.createService({ name: 'empty', actions: { add: () => true } });
  const schema = {
    name: 'web',
    mixins: [ApiGateway],
    settings: {
      ip: '127.0.0.1',
      port: 0,
      routes: [
        {
          path: '/api',
          aliases: { 'POST /add': 'empty.add' },
          mappingPolicy: 'restrict',
          bodyParsers: { json: true },
        },
      ],
    },
    started(this: Service & { server: Server }) {
      const { port } = this.server.address() as AddressInfo;
      ready(`http://127.0.0.1:${String(port)}/api/add`);
    },
  };
  broker.createService(schema as unknown as ServiceSchema);
  return broker;
}

if (require.main === module) void main();
