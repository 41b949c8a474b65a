import { settings } from '../config';
import { CommandFailed } from './commandFailed';
import type { Command } from './command';

const { 'gateway.ip': ip } = settings.GATEWAY;
const { port } = settings.HTTP;
const HEALTH = { 'gateway.ip': ip, port };

const ANSWER_WITHIN_MS = 8_000;
/** An address to listen on that is none to call. */
const ANY = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '::1'],
]);

export const health: Command<typeof HEALTH> = {
  name: 'health',
  about:
    'Asks the service of this machine, over its HTTP gateway, whether it is ready; ends with 1 if not.',
  examples: ['health', 'health --port 8080 --json'],
  settings: HEALTH,
  async run({ values }, { json }, { print }) {
    const host = ANY.get(values['gateway.ip']) ?? values['gateway.ip'];
    const address = host.includes(':') ? `[${host}]` : host;
    const url = `http://${address}:${String(values.port)}/health/ready`;
    const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) }).catch(
      (error: unknown) => {
        const { cause } = error as { readonly cause?: { readonly code?: string } };
        throw new CommandFailed(
          `Nothing answers at ${url} (${cause?.code ?? String(error)}). Set PORT and GATEWAY_IP as for the service.`,
        );
      },
    );
    const answer = await response.text();
    if (json === true) print(`${answer}\n`);
    else if (response.ok) print('ready\n');
    if (!response.ok) throw new CommandFailed(`Not ready: ${answer}`);
  },
};
