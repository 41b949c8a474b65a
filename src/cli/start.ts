import { resolve } from 'node:path';
import { ServiceBroker } from 'moleculer';
import type { Composition } from '../compose';
import { composeEmbedded } from '../compose';
import type { Config } from '../config';
import { Gateway } from '../service/gateway';
import { hashToken } from '../service/http/tokens';
import { QueueService } from '../service/queueService';
import { CannotStart } from './cannotStart';
import type { Credentials } from './credentials';
import { demoCredentials } from './credentials';
import type { Ready } from './readyMessage';
import { StderrLog } from './stderrLog';

export interface Running {
  readonly ready: Ready;
  /** Takes no more requests, lets those under way finish, closes the log. */
  stop(): Promise<void>;
}

const SERVICE_ID = 'demo';

/** Queue service and gateway in one process. Rejects with CannotStart, or with the QueueError of the log. */
export async function start(config: Config): Promise<Running> {
  const dataDir = resolve(config.dataDir);
  // First, because it locks the folder.
  const composition = await composeEmbedded({ dataDir, keys: 'keyring' });
  let credentials: Credentials;
  try {
    credentials = demoCredentials(dataDir);
  } catch (error) {
    await composition.close();
    throw error;
  }
  return serve(config.port, dataDir, composition, credentials);
}

/** The queue service closes the composition when it stops, also if the start fails. */
async function serve(
  port: number,
  dataDir: string,
  composition: Composition,
  credentials: Credentials,
): Promise<Running> {
  const log = new StderrLog();
  const broker = new ServiceBroker({
    logger: log,
    registry: { stopDelay: 0 },
    skipProcessEventRegistration: true,
  });
  let url = '';
  broker.createService(QueueService({ compose: async () => composition }));
  const gateway = broker.createService(
    Gateway({ port, tokens: tokensOf(credentials), onListening: (listening) => (url = listening) }),
  );
  try {
    await broker.start();
  } catch (error) {
    await broker.stop();
    throw portProblem(error, port);
  }
  log.speak();
  const { token, operatorToken } = credentials;
  return {
    ready: { url, token, operatorToken, serviceId: SERVICE_ID, dataDir },
    stop: async () => {
      await broker.destroyService(gateway);
      await broker.stop();
    },
  };
}

const tokensOf = ({ ownerId, token, operatorToken }: Credentials) => [
  { sha256: hashToken(token), ownerId },
  { sha256: hashToken(operatorToken), ownerId, operator: true },
];

function portProblem(error: unknown, port: number): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  const advice = 'Choose another port with --port or PORT; 0 picks a free one.';
  if (code === 'EADDRINUSE')
    return new CannotStart(`Port ${port} on 127.0.0.1 is in use. ${advice}`);
  if (code === 'EACCES')
    return new CannotStart(`Port ${port} may not be used by this user. ${advice}`);
  return error;
}
