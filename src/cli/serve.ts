import { composeServers, masterKeys } from '../compose';
import type { Values } from '../config';
import { settings } from '../config';
import { Gateway } from '../service/gateway';
import { QueueService } from '../service/queueService';
import type { Command, Io } from './command';
import { keepingOf } from './keeping';
import { limitsOf } from './limits';
import { portProblem, startNode } from './node';
import { serversOf } from './servers';
import { givenUpWithout, transporterOf } from './transporter';

const SERVE = {
  ...settings.HTTP,
  ...settings.SERVERS,
  ...settings.MOLECULER,
  ...settings.GATEWAY,
  ...settings.SERVICE,
  ...settings.KEEPING,
  ...settings.BOUNDS,
};
type ServeValues = Values<typeof SERVE>;

/** Calls under way when the service stops get so long. */
const GRACE_MS = 5_000;

export const serve: Command<typeof SERVE> = {
  name: 'serve',
  about:
    'Starts the queue service on Cassandra and Redis; any number of nodes share a queue. Keys of ' +
    'owners come from a key service over the transporter, or from a file of master keys.',
  examples: [
    'serve --moleculer-transporter nats://nats:4222',
    'serve --config /etc/flow-worker.json --json',
  ],
  settings: SERVE,
  required: [['moleculer.transporter', 'keys.masterFile']],
  async run({ values }, { json }, io) {
    let url: string | null = null;
    const started = startNode({
      broker: brokerOptions(values),
      logLevel: values.logLevel,
      stopTimeoutMs: values.stopTimeoutMs,
      queueService: queueService(values, io),
      gateway: gatewayOf(values, (listening) => (url = listening)),
      ...(values['moleculer.transporter'] === undefined
        ? {}
        : { givenUp: (broker) => givenUpWithout(broker, values, io.say) }),
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
    ...(transporter === undefined ? {} : { transporter: transporterOf(transporter) }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(nodeID === undefined ? {} : { nodeID }),
    tracking: { enabled: true, shutdownTimeout: GRACE_MS },
  };
}

const queueService = (values: ServeValues, { say }: Io) =>
  QueueService({
    compose: (common) => composeServers({ ...common, ...serversOf(values), onWaiting: say }),
    recoverBy: values.recoverBy,
    keys: keysOf(values),
    services: {
      keys: values['keys.service'],
      activity: values['activity.service'],
      timeoutMs: values['services.timeoutMs'],
    },
    limits: limitsOf(values),
    ...keepingOf(values),
    ...(values.jobs ? {} : { jobs: false }),
  });

const keysOf = ({ 'keys.masterFile': file }: ServeValues) =>
  file === undefined ? 'service' : masterKeys(file.content);

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
    apiDocs: values['gateway.apiDocs'],
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
  Keys       ${values['keys.masterFile']?.path ?? `${values['keys.service']}.getOek`}

Stop it with SIGTERM or Ctrl+C; another node goes on with its tasks.

`;
