import { ServiceBroker } from 'moleculer';
import type { Values } from '../../config';
import type { settings } from '../../config';
import { CommandFailed } from '../commandFailed';
import { StderrLog } from '../stderrLog';
import { givenUpWithout, transporterOf } from '../transporter';
import type { Finding } from './finding';
import { ok } from './finding';

type Needed = Values<typeof settings.MOLECULER & typeof settings.SERVICE>;

const THERE_WITHIN_MS = 5_000;

/** Joins the nodes for a moment to see the key service. It is not called: asked for a key, it may make one. */
export async function keyServiceFindings(values: Needed): Promise<readonly Finding[]> {
  const transporter = values['moleculer.transporter'];
  const service = values['keys.service'];
  if (transporter === undefined) {
    throw new CommandFailed(
      'There is neither a key service nor a file of master keys. Set KEYS_MASTER_FILE, or MOLECULER_TRANSPORTER to where the service is.',
    );
  }
  const namespace = values['moleculer.namespace'];
  const broker = new ServiceBroker({
    logger: new StderrLog('fatal'),
    skipProcessEventRegistration: true,
    transporter: transporterOf(transporter),
    ...(namespace === undefined ? {} : { namespace }),
  });
  try {
    const waiting = { startTimeoutMs: THERE_WITHIN_MS };
    await Promise.race([broker.start(), givenUpWithout(broker, waiting, () => undefined)]);
    await broker.waitForServices(service, THERE_WITHIN_MS).catch(() => undefined);
    const actions = await broker.call<readonly { readonly name: string }[], object>(
      '$node.actions',
      {
        onlyAvailable: true,
      },
    );
    if (actions.some(({ name }) => name === `${service}.getOek`)) {
      return [ok('keys', `${service}.getOek is there`)];
    }
    throw new CommandFailed(
      `No node has ${service}.getOek, so no value can be sealed or opened. Start the key service, or set KEYS_SERVICE and MOLECULER_NAMESPACE to what it has.`,
    );
  } finally {
    await broker.stop();
  }
}
