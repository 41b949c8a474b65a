import { setTimeout as wait } from 'node:timers/promises';
import type { BrokerOptions, Service, ServiceSchema } from 'moleculer';
import { ServiceBroker } from 'moleculer';
import { CommandFailed } from './commandFailed';
import type { LogLevel } from './stderrLog';
import { StderrLog } from './stderrLog';

interface NodeOptions {
  readonly broker: BrokerOptions;
  readonly logLevel: LogLevel;
  readonly stopTimeoutMs: number;
  readonly queueService: ServiceSchema;
  /** null: none. It is stopped first, so that it takes no more requests. */
  readonly gateway: ServiceSchema | null;
  /** Rejects when the start is to be given up. */
  readonly givenUp?: (broker: ServiceBroker) => Promise<never>;
}

export interface Node {
  readonly nodeId: string;
  /** Takes no more requests, lets those under way finish, closes the log. Rejects if that takes too long. */
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
  const stop = async (): Promise<void> => {
    if (gateway !== null) await broker.destroyService(gateway);
    await broker.stop();
  };
  return {
    nodeId: broker.nodeID,
    stop: () => Promise.race([stop(), tooLate(options.stopTimeoutMs)]),
  };
}

async function tooLate(ms: number): Promise<never> {
  await wait(ms);
  throw new CommandFailed(
    `Calls were under way for ${String(ms)} ms after the stop (STOP_TIMEOUT_MS) and were left. Whether they happened is in the log.`,
  );
}

/** What can be said of a port that cannot be used; any other error as it is. */
export function portProblem(error: unknown, ip: string, port: number): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  const advice = 'Choose another port with --port or PORT; 0 picks a free one.';
  if (code === 'EADDRINUSE') return new CommandFailed(`Port ${port} on ${ip} is in use. ${advice}`);
  if (code === 'EACCES')
    return new CommandFailed(`Port ${port} may not be used by this user. ${advice}`);
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return new CommandFailed(`${ip} is no address of this machine. Set GATEWAY_IP to one that is.`);
  return error;
}
