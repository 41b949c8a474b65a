import type { TransporterConfig } from 'moleculer';
import { composeServers } from '../compose';
import type { Values } from '../config';
import { settings } from '../config';
import { Gateway } from '../service/gateway';
import { QueueService } from '../service/queueService';
import type { Command, Io } from './command';
import { limitsOf } from './limits';
import { portProblem, startNode } from './node';
import { serversOf } from './servers';
import { givenUpWithout } from './transporter';

const SERVE = {
  ...settings.HTTP,
  ...settings.SERVERS,
  ...settings.MOLECULER,
  ...settings.GATEWAY,
  ...settings.SERVICE,
  ...settings.BOUNDS,
};
type ServeValues = Values<typeof SERVE>;

/** Calls under way when the service stops get so long. */
const GRACE_MS = 5_000;

export const serve: Command<typeof SERVE> = {
  name: 'serve',
  about:
    'Starts the queue service on Cassandra and Redis; any number of nodes share a queue. Keys of ' +
    'owners come from a key service over the transporter.',
  settings: SERVE,
  required: ['moleculer.transporter'],
  async run({ values }, { json }, io) {
    let url: string | null = null;
    const started = startNode({
      broker: brokerOptions(values),
      logLevel: values.logLevel,
      queueService: queueService(values, io),
      gateway: gatewayOf(values, (listening) => (url = listening)),
      givenUp: (broker) => givenUpWithout(broker, values, io.say),
    });
    // A signal ends also a start that waits for a server; nothing was taken yet.
    const node = await Promise.race([started, io.stopped.then(() => null)]).catch(
      (error: unknown) => {
        throw portProblem(error, values['gateway.ip'], values.port);
      },
    );
    if (node === null) return;
    const ready = { nodeId: node.nodeId, url };
    io.print(json === true ? `${JSON.stringify(ready)}\n` : readyText(ready, values));
    await io.stopped;
    await node.stop();
  },
};

function brokerOptions(values: ServeValues) {
  const transporter = values['moleculer.transporter'];
  const namespace = values['moleculer.namespace'];
  const nodeID = values['moleculer.nodeId'];
  return {
    // Moleculer has a type for each kind; the codec knows the kinds.
    transporter: transporter as TransporterConfig,
    ...(namespace === undefined ? {} : { namespace }),
    ...(nodeID === undefined ? {} : { nodeID }),
    tracking: { enabled: true, shutdownTimeout: GRACE_MS },
  };
}

const queueService = (values: ServeValues, { say }: Io) =>
  QueueService({
    compose: (common) => composeServers({ ...common, ...serversOf(values), onWaiting: say }),
    recoverBy: values.recoverBy,
    services: {
      keys: values['keys.service'],
      activity: values['activity.service'],
      timeoutMs: values['services.timeoutMs'],
    },
    limits: limitsOf(values),
    ...(values.jobs ? {} : { jobs: false }),
  });

function gatewayOf(values: ServeValues, onListening: (url: string) => void) {
  const tokens = values['gateway.tokensFile'];
  const allowedHosts = values['gateway.allowedHosts'];
  if (tokens === undefined) return null;
  return Gateway({
    ip: values['gateway.ip'],
    port: values.port,
    tokens: tokens.content.map(({ sha256, ownerId, operator = false }) => ({
      sha256,
      ownerId,
      operator,
    })),
    graceMs: GRACE_MS,
    onListening,
    ...(allowedHosts === undefined ? {} : { allowedHosts }),
  });
}

const readyText = (
  { nodeId, url }: { readonly nodeId: string; readonly url: string | null },
  values: ServeValues,
): string => `
The queue is ready.

  HTTP       ${url === null ? 'off; set GATEWAY_TOKENS_FILE to turn it on' : `${url}/api/queue/{serviceId}`}
  Moleculer  worker.queue, on node ${nodeId}
  Log        keyspace ${values['cassandra.keyspace']} on ${values['cassandra.contactPoints'].join()}
  Keys       ${values['keys.service']}.getOek

Stop it with SIGTERM or Ctrl+C; another node goes on with its tasks.

`;
