import type { BrokerOptions, Service, ServiceSchema } from 'moleculer';
import { ServiceBroker } from 'moleculer';
import { CannotStart } from './cannotStart';
import type { LogLevel } from './stderrLog';
import { StderrLog } from './stderrLog';

interface NodeOptions {
  readonly broker: BrokerOptions;
  readonly logLevel: LogLevel;
  readonly queueService: ServiceSchema;
  /** null: none. It is stopped first, so that it takes no more requests. */
  readonly gateway: ServiceSchema | null;
  /** Rejects when the start is to be given up. */
  readonly givenUp?: (broker: ServiceBroker) => Promise<never>;
}

export interface Node {
  readonly nodeId: string;
  /** Takes no more requests, lets those under way finish, closes the log. */
  stop(): Promise<void>;
}

/** Queue service and gateway in this process. The queue service closes its log also if the start fails. */
export async function startNode(options: NodeOptions): Promise<Node> {
  const log = new StderrLog(options.logLevel);
  const broker = new ServiceBroker({
    logger: log,
    skipProcessEventRegistration: true,
    ...options.broker,
  });
  broker.createService(options.queueService);
  const gateway: Service | null = options.gateway && broker.createService(options.gateway);
  try {
    const { givenUp } = options;
    await (givenUp === undefined
      ? broker.start()
      : Promise.race([broker.start(), givenUp(broker)]));
  } catch (error) {
    await broker.stop();
    throw error;
  }
  log.speak();
  return {
    nodeId: broker.nodeID,
    stop: async () => {
      if (gateway !== null) await broker.destroyService(gateway);
      await broker.stop();
    },
  };
}

/** What can be said of a port that cannot be used; any other error as it is. */
export function portProblem(error: unknown, ip: string, port: number): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  const advice = 'Choose another port with --port or PORT; 0 picks a free one.';
  if (code === 'EADDRINUSE') return new CannotStart(`Port ${port} on ${ip} is in use. ${advice}`);
  if (code === 'EACCES')
    return new CannotStart(`Port ${port} may not be used by this user. ${advice}`);
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return new CannotStart(`${ip} is no address of this machine. Set GATEWAY_IP to one that is.`);
  return error;
}
