import type { BrokerOptions, ServiceBroker, TransporterConfig } from 'moleculer';
import type { Transporter, Values } from '../config';
import type { settings } from '../config';
import { CommandFailed } from './commandFailed';
import { RedisTransporter } from './redisTransporter';

/** As the broker takes it. Its types have a word for each kind, the codec knows the kinds. */
export function transporterOf(given: Transporter): NonNullable<BrokerOptions['transporter']> {
  const isAddress = typeof given === 'string';
  const kind = isAddress ? given : given.type;
  if (!/^rediss?(:|$)/i.test(kind)) return given as 'TCP' | TransporterConfig;
  return new RedisTransporter(isAddress ? given : given.options);
}

/** After so long a start says what it waits for. */
const SAY_AFTER_MS = 2_000;

/** Rejects if the transporter does not connect in time: Moleculer itself would try for ever. */
export function givenUpWithout(
  broker: ServiceBroker,
  { startTimeoutMs }: Pick<Values<typeof settings.CASSANDRA>, 'startTimeoutMs'>,
  say: (line: string) => void,
): Promise<never> {
  return new Promise((_, reject) => {
    let reason = '';
    const problem = () => `The transporter (MOLECULER_TRANSPORTER) does not answer${reason}.`;
    const saying = setTimeout(() => {
      const left = Math.ceil((startTimeoutMs - SAY_AFTER_MS) / 1000);
      if (left > 0) say(`${problem()} Waiting up to ${String(left)} s more.`);
    }, SAY_AFTER_MS);
    const ending = setTimeout(() => {
      reject(
        new CommandFailed(`${problem()} Start it, or set MOLECULER_TRANSPORTER to where it is.`),
      );
    }, startTimeoutMs);
    broker.localBus.on('$transporter.error', ({ error }: { readonly error: Error }) => {
      reason = `: ${error.message}`;
    });
    broker.localBus.on('$transporter.connected', () => {
      clearTimeout(saying);
      clearTimeout(ending);
    });
  });
}
