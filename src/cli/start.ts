import { resolve } from 'node:path';
import type { Composition } from '../compose';
import { composeEmbedded } from '../compose';
import { settings } from '../config';
import { Gateway } from '../service/gateway';
import { hashToken } from '../service/http/tokens';
import { QueueService } from '../service/queueService';
import type { Command } from './command';
import type { Credentials } from './credentials';
import { demoCredentials } from './credentials';
import { keepingOf } from './keeping';
import { portProblem, startNode } from './node';
import { readyLine, readyText } from './readyMessage';

const SERVICE_ID = 'demo';
const IP = '127.0.0.1';
const START = { ...settings.HTTP, ...settings.EMBEDDED, ...settings.KEEPING };

export const start: Command<typeof START> = {
  name: 'start',
  about: 'Starts the queue service with its HTTP gateway on this machine (embedded mode).',
  examples: ['start', 'start --port 8080 --data-dir /var/lib/flow-worker', 'start --json'],
  settings: START,
  async run({ values }, { json }, { print, stopped }) {
    const { port, logLevel, stopTimeoutMs, dataDir: given } = values;
    const dataDir = resolve(given);
    // First, because it locks the folder.
    const composition = await composeEmbedded({ dataDir, keys: 'keyring', ...keepingOf(values) });
    const credentials = await credentialsIn(dataDir, composition);
    let url = '';
    const node = await startNode({
      broker: { registry: { stopDelay: 0 } },
      logLevel,
      stopTimeoutMs,
      queueService: QueueService({ compose: async () => composition }),
      gateway: Gateway({
        port,
        tokens: tokensOf(credentials),
        onListening: (listening) => (url = listening),
      }),
    }).catch((error: unknown) => {
      throw portProblem(error, IP, port);
    });
    const { token, operatorToken } = credentials;
    const ready = { url, token, operatorToken, serviceId: SERVICE_ID, dataDir };
    print(json === true ? readyLine(ready) : readyText(ready));
    await stopped;
    await node.stop();
  },
};

async function credentialsIn(dataDir: string, composition: Composition): Promise<Credentials> {
  try {
    return demoCredentials(dataDir);
  } catch (error) {
    await composition.close();
    throw error;
  }
}

const tokensOf = ({ ownerId, token, operatorToken }: Credentials) => [
  { sha256: hashToken(token), ownerId },
  { sha256: hashToken(operatorToken), ownerId, operator: true },
];
